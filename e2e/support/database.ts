import pg from "pg";

/** Changes the platform's database directly: for what no API can bring about. */
export async function changeDatabase(sql: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: `postgres://postgres:gatehouse@127.0.0.1:${process.env.E2E_POSTGRES_PORT}/gatehouse` });
  await client.connect();
  try {
    const { rowCount } = await client.query(sql, values);
    if (rowCount !== 1) throw new Error(`${rowCount} rows were changed`);
  } finally {
    await client.end();
  }
}
