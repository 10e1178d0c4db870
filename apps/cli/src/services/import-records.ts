import { setTimeout as wait } from "node:timers/promises";
import type { AdminApiClient } from "./admin-api-client.js";
import { batchesOf, type RecordBatch, type RecordFile } from "./read-records.js";

/** What became of one record. */
export interface ImportedRecord {
  index: number;
  record: Record<string, unknown>;
  outcome: "inserted" | "updated" | "skipped" | "failed";
  user_id?: string;
  warnings?: { message: string }[];
  errors?: { reason: string; message: string }[];
}

/** Numbers of records by outcome. */
export type ImportTotals = Record<"total" | ImportedRecord["outcome"], number>;

interface ImportJob {
  id: string;
  status: "pending" | "completed";
  summary?: ImportTotals;
  details?: ImportedRecord[];
}

/** How records are imported. */
export interface ImportSettings {
  identifier: string;
  upsert: boolean;
  /** Hears of every record that failed or has a warning, with its index in the file. */
  noted(record: ImportedRecord): void;
  progress(totals: ImportTotals): void;
}

/** Requests whose records the server works on at a time. With upsert the order of records counts, so there is one. */
const lanesOf = ({ upsert }: ImportSettings): number => (upsert ? 1 : 2);
const POLL_MS = [100, 200, 400, 800];

async function runBatch(client: AdminApiClient, batch: RecordBatch, { identifier, upsert }: ImportSettings): Promise<ImportJob> {
  const body = `{"identifier":${JSON.stringify(identifier)},"upsert":${upsert},"records":[${batch.texts.join(",")}]}`;
  let job = await client.call<ImportJob>("users/import", body);
  for (let tries = 0; job.status !== "completed"; tries += 1) {
    await wait(POLL_MS[Math.min(tries, POLL_MS.length - 1)]);
    job = await client.call<ImportJob>(`users/import/${job.id}`);
  }
  return job;
}

/** Imports a file, a few requests at a time: memory does not grow with its size. Throws `OperatorCallFailed` at the first request that is refused; earlier ones stay. */
export async function importRecords(client: AdminApiClient, file: RecordFile, settings: ImportSettings): Promise<ImportTotals> {
  const totals: ImportTotals = { total: 0, inserted: 0, updated: 0, skipped: 0, failed: 0 };
  const batches = batchesOf(file.records());
  const lane = async (): Promise<void> => {
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const batch = next.value;
      const { summary, details = [] } = await runBatch(client, batch, settings);
      for (const name of Object.keys(totals) as (keyof ImportTotals)[]) totals[name] += summary?.[name] ?? 0;
      for (const detail of details) if (detail.outcome === "failed" || detail.warnings) settings.noted({ ...detail, index: detail.index + batch.firstIndex });
      settings.progress(totals);
    }
  };
  await Promise.all(Array.from({ length: lanesOf(settings) }, lane));
  return totals;
}
