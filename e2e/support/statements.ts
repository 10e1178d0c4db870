import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { readDatabase } from "./database.js";
import { until } from "./platform.js";

const log = path.join(process.env.E2E_HOME ?? "", "postgres/postgres.log");
const ENTRY = /\n(?=\d{4}-\d\d-\d\d \d\d:)/;

async function setLogging(value: string): Promise<void> {
  await readDatabase(`alter system set log_statement = '${value}'`);
  await readDatabase("select pg_reload_conf()");
  await until(async () => ((await readDatabase("show log_statement"))[0]?.log_statement === value ? true : undefined), `log_statement = ${value}`);
}

/** What the database was asked about a project while some work went on, each statement as the program wrote it. Background work on the project counts, too. */
export async function statementsOf<T>(projectId: string, work: () => Promise<T>): Promise<{ answer: T; statements: string[] }> {
  await setLogging("all");
  try {
    const { size } = await stat(log);
    const answer = await work();
    const text = (await readFile(log)).subarray(size).toString("utf8");
    const entries = text.split(ENTRY);
    const statements = entries.flatMap((entry, index) => {
      const statement = /LOG: {2}execute [^:]+: ([\s\S]*)$/.exec(entry)?.[1];
      const parameters = entries[index + 1] ?? "";
      return statement && /DETAIL: {2}Parameters/i.test(parameters) && parameters.includes(`'${projectId}'`) ? [statement.trim()] : [];
    });
    return { answer, statements };
  } finally {
    await setLogging("none");
  }
}
