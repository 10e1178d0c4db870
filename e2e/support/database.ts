import pg from "pg";

async function run(sql: string, values: unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: `postgres://postgres:gatehouse@127.0.0.1:${process.env.E2E_POSTGRES_PORT}/gatehouse` });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

/** Changes the platform's database directly: for what no API can bring about. */
export async function changeDatabase(sql: string, values: unknown[]): Promise<void> {
  const { rowCount } = await run(sql, values);
  if (rowCount !== 1) throw new Error(`${rowCount} rows were changed`);
}

/** Reads the platform's database directly: for what no API shows. */
export async function readDatabase(sql: string, values: unknown[] = []): Promise<Record<string, any>[]> {
  return (await run(sql, values)).rows;
}
