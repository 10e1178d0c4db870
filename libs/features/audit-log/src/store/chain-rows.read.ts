import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { type ChainLink, type ChainRow, chainTime } from "../rules/chain.js";

interface RowSql extends Omit<ChainRow, "project_id" | "position" | "created_at"> {
  created_at: Date;
}

interface LinkSql extends RowSql {
  chain_position: string | null;
  chain_previous: Buffer | null;
  chain_hash: Buffer | null;
}

/** A row as it was found: what is missing of its links is an empty hash, and position 0. */
const COLUMNS = "id, created_at, activity_type, user_id, ip_address, user_agent, client_id, data";
const toRow = (ctx: ProjectContext, { created_at, ...row }: RowSql): Omit<ChainRow, "position"> => ({
  project_id: ctx.project.id,
  id: row.id,
  created_at: chainTime(created_at),
  activity_type: row.activity_type,
  user_id: row.user_id,
  ip_address: row.ip_address,
  user_agent: row.user_agent,
  client_id: row.client_id,
  data: row.data,
});

/** Which of some events are rows already. */
export async function knownIds(ctx: ProjectContext, tx: Tx, rows: readonly { id: string; created_at: string }[]): Promise<ReadonlySet<string>> {
  const found = await tx.query<{ id: string }>(
    "select a.id from audit_log a join unnest($2::text[], $3::timestamptz[]) e(id, at) on a.id = e.id and a.created_at = e.at where a.project_id = $1",
    [ctx.project.id, rows.map(({ id }) => id), rows.map(({ created_at }) => created_at)],
  );
  return new Set(found.map(({ id }) => id));
}

/** Rows from before the chain, oldest first. */
export async function unchainedRows(ctx: ProjectContext, tx: Tx, limit: number): Promise<Omit<ChainRow, "position">[]> {
  const rows = await tx.query<RowSql>(`select ${COLUMNS} from audit_log where project_id = $1 and chain_position is null order by created_at, id limit $2`, [
    ctx.project.id,
    limit,
  ]);
  return rows.map((row) => toRow(ctx, row));
}

const BATCH = 500;

/** Every row of a project in the order of the chain, those without a place last; inside one transaction. */
export async function* chainLinks(ctx: ProjectContext, tx: Tx): AsyncGenerator<ChainLink> {
  await tx.query(
    `declare audit_links no scroll cursor for
     select ${COLUMNS}, chain_position, chain_previous, chain_hash from audit_log where project_id = $1 order by chain_position nulls last, created_at, id`,
    [ctx.project.id],
  );
  for (let rows = await fetch(tx); rows.length > 0; rows = await fetch(tx))
    for (const { chain_position, chain_previous, chain_hash, ...row } of rows)
      yield {
        row: { ...toRow(ctx, row), position: Number(chain_position ?? 0) },
        previous: chain_previous ?? Buffer.alloc(0),
        hash: chain_hash ?? Buffer.alloc(0),
      };
  await tx.query("close audit_links");
}

const fetch = (tx: Tx): Promise<LinkSql[]> => tx.query<LinkSql>(`fetch ${BATCH} from audit_links`);
