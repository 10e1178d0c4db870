import type { Tx } from "@gatehouse/platform-postgres";
import type { DroppedRange } from "../rules/checkpoint.js";

/** Rows that are to be dropped: a partition, and of the default one what is too old. */
export interface Expired {
  /** A table's name, from `monthPartitionsBefore` or ours: safe in SQL. */
  table: string;
  before: Date;
}

interface RangeSql {
  project_id: string;
  low: string;
  high: string;
  previous: Buffer;
  hash: Buffer;
}

/** The runs of chain positions among rows that are to be dropped, of every project, in order. */
export async function droppedRanges(tx: Tx, { table, before }: Expired): Promise<Map<string, DroppedRange[]>> {
  const rows = await tx.query<RangeSql>(
    `with gone as (select project_id, chain_position as position, chain_previous as previous, chain_hash as hash from ${table} where created_at < $1 and chain_position is not null),
     runs as (
       select project_id, min(position) as low, max(position) as high
       from (select project_id, position, position - row_number() over (partition by project_id order by position) as run from gone) numbered group by project_id, run
     )
     select r.project_id, r.low, r.high, a.previous, b.hash
     from runs r join gone a on a.project_id = r.project_id and a.position = r.low join gone b on b.project_id = r.project_id and b.position = r.high
     order by r.project_id, r.low`,
    [before],
  );
  const byProject = new Map<string, DroppedRange[]>();
  for (const { project_id, low, high, previous, hash } of rows) {
    const ranges = byProject.get(project_id) ?? [];
    ranges.push({ from: Number(low), to: Number(high), previous: previous.toString("base64url"), hash: hash.toString("base64url") });
    byProject.set(project_id, ranges);
  }
  return byProject;
}
