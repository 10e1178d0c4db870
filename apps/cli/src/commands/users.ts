import { createWriteStream } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type Command, Option } from "commander";
import { AdminApiClient, type AdminApiAddress } from "../services/admin-api-client.js";
import { type ImportedRecord, importRecords } from "../services/import-records.js";
import { OperatorCallFailed } from "../services/operator-client.js";
import { ProgressBar } from "../services/progress-bar.js";
import { openRecords } from "../services/read-records.js";

interface ImportOptions extends AdminApiAddress {
  identifier: string;
  upsert?: boolean;
  report?: string;
}

interface ExportOptions extends AdminApiAddress {
  format: "csv" | "ndjson";
  field?: string[];
  output?: string;
}

/** Failures shown on the terminal; the report has all of them. */
const SHOWN = 20;

const reasonOf = ({ errors = [] }: ImportedRecord): string => errors.map(({ message, reason }) => `${message} (${reason})`).join("; ");

/** `gatehouse users import <file>`: imports records and prints what became of them; exit code 1 when some failed. */
async function importUsers(path: string, options: ImportOptions): Promise<void> {
  const file = await openRecords(path);
  const client = await AdminApiClient.open(options);
  const report = options.report === undefined ? undefined : createWriteStream(options.report, { mode: 0o600 });
  const bar = new ProgressBar(process.stderr);
  const failures: ImportedRecord[] = [];
  const noted = (record: ImportedRecord): void => {
    report?.write(`${JSON.stringify(record)}\n`);
    if (record.outcome === "failed" && failures.length < SHOWN) failures.push(record);
  };
  const started = performance.now();
  try {
    const totals = await importRecords(client, file, {
      identifier: options.identifier,
      upsert: options.upsert ?? false,
      noted,
      progress: ({ total, failed }) => bar.show(file.size === 0 ? 1 : file.position() / file.size, `${total} records${failed > 0 ? `, ${failed} failed` : ""}`),
    });
    bar.end();
    for (const failure of failures) console.error(`record ${failure.index}: ${reasonOf(failure)}`);
    if (totals.failed > failures.length) console.error(`... and ${totals.failed - failures.length} more; --report FILE writes all of them`);
    const { total, inserted, updated, skipped, failed } = totals;
    console.log(`${total} records in ${((performance.now() - started) / 1000).toFixed(1)} s: ${inserted} inserted, ${updated} updated, ${skipped} skipped, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    if (report) await new Promise((resolve) => report.end(resolve));
  }
}

interface ExportAnswer {
  id: string;
  status: "pending" | "completed";
  failed_at?: string;
  error?: { message: string };
  download_url?: string;
}

/** `gatehouse users export`: writes all users to a file, or to standard output. */
async function exportUsers(options: ExportOptions): Promise<void> {
  const client = await AdminApiClient.open(options);
  const fields = options.field?.map((pointer) => ({ pointer }));
  let task = await client.call<ExportAnswer>("users/export", JSON.stringify({ format: options.format, ...(fields ? { csv: { fields } } : {}) }));
  while (task.status !== "completed") {
    await wait(300);
    task = await client.call<ExportAnswer>(`users/export/${task.id}`);
  }
  if (!task.download_url) throw new OperatorCallFailed(`The export failed: ${task.error?.message ?? "no file was made"}.`);
  await client.download(task.download_url, options.output ?? process.stdout);
  if (options.output) console.log(`wrote ${options.output}`);
}

/** Adds `gatehouse users ...`, which works over the Admin API of one project. */
export function addUserCommands(gatehouse: Command): void {
  const users = gatehouse.command("users").description("import and export the users of a project over its Admin API");
  const portal = `http://localhost:${Number(process.env.PORT_BASE || 3000) + 3}`;
  const command = (usage: string, description: string) =>
    users
      .command(usage)
      .description(description)
      .requiredOption("--project <id>", "the project")
      .option("--portal <origin>", "where the portal answers", portal)
      .option("--admin <origin>", "where the Admin API answers; by default at the project's own origin");
  command("import <file>", "import records: one JSON object a line, a JSON array, or a .json document with `records`")
    .addOption(new Option("--identifier <field>", "what finds a record's user").choices(["email", "phone_number", "preferred_username"]).default("email"))
    .option("--upsert", "change users who are there already; otherwise they are skipped")
    .option("--report <file>", "write every record that failed or has a warning, one a line")
    .action(importUsers);
  command("export", "export all users")
    .addOption(new Option("--format <format>", "form of the file").choices(["ndjson", "csv"]).default("ndjson"))
    .option("--field <pointer...>", "columns of a CSV file, such as /email and /custom_attributes/hobby")
    .option("--output <file>", "the file to write; by default standard output")
    .action(exportUsers);
}
