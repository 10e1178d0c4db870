import type { Tx } from "./tx.js";

/** Months ahead of now that always have their partition. */
const AHEAD = 2;

/** Makes the partitions of this month and the next ones (UTC) of a table that is partitioned by month. How many were made. */
export async function makeMonthPartitions(tx: Tx, table: string, now: Date): Promise<number> {
  const months = Array.from({ length: AHEAD + 1 }, (_, n) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1)).toISOString().slice(0, 10));
  const rows = await tx.query<{ made: boolean }>("select make_month_partition($1, month) as made from unnest($2::date[]) month order by month", [table, months]);
  return rows.filter(({ made }) => made).length;
}

/** The partitions of a table all of whose rows are older than a time, oldest first. Their names are safe in SQL. */
export async function monthPartitionsBefore(tx: Tx, table: string, time: Date): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass and c.relname ~ ('^' || $1 || '_p[0-9]{6}$') order by c.relname`,
    [table],
  );
  return rows.map(({ name }) => name).filter((name) => endOf(name) <= time);
}

/** Makes the next months' partitions of a table, and drops those all of whose rows are older than a time; of the default partition the rows that are. Names of what was dropped. */
export async function keepMonths(tx: Tx, table: string, { now, before }: { now: Date; before?: Date }): Promise<string[]> {
  await makeMonthPartitions(tx, table, now);
  if (!before) return [];
  const expired = await monthPartitionsBefore(tx, table, before);
  if (expired.length > 0) await tx.query(`drop table ${expired.join(", ")}`);
  await tx.query(`delete from ${table}_default where created_at < $1`, [before]);
  return expired;
}

/** The first moment that is no longer in a partition. */
function endOf(name: string): Date {
  const digits = name.slice(-6);
  return new Date(Date.UTC(Number(digits.slice(0, 4)), Number(digits.slice(4)), 1));
}
