import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type ChainLink, chainStart } from "../rules/chain.js";

/** Where a project's chain ends. */
export interface ChainHead {
  position: number;
  hash: Buffer;
  /** What the newest checkpoint covers. */
  checkpointPosition: number;
}

interface HeadSql {
  position: string;
  hash: Buffer;
  checkpointPosition: string;
}

const toHead = (row: HeadSql): ChainHead => ({ position: Number(row.position), hash: row.hash, checkpointPosition: Number(row.checkpointPosition) });

/** Table `audit_chain`, and the links in `audit_log`. */
@Injectable()
export class AuditChainStore {
  /** The head, which is nobody else's until the transaction ends: rows are appended one writer after the other. */
  async lockHead(ctx: ProjectContext, tx: Tx): Promise<ChainHead> {
    const row = await tx.queryOne<HeadSql>(
      `insert into audit_chain (project_id, hash) values ($1, $2)
       on conflict (project_id) do update set project_id = excluded.project_id
       returning position, hash, checkpoint_position as "checkpointPosition"`,
      [ctx.project.id, chainStart(ctx.project.id)],
    );
    return toHead(row as HeadSql);
  }

  /** The head as it is; undefined for a project without rows. */
  async head(ctx: ProjectContext, tx: Tx): Promise<ChainHead | undefined> {
    const row = await tx.queryOne<HeadSql>(`select position, hash, checkpoint_position as "checkpointPosition" from audit_chain where project_id = $1`, [ctx.project.id]);
    return row && toHead(row);
  }

  /** Inserts linked rows and moves the head, in one statement. How many were inserted: fewer than given when some were there already, and then the transaction must not commit. */
  async append(ctx: ProjectContext, tx: Tx, { links, data }: { links: readonly ChainLink[]; data: readonly string[] }): Promise<number> {
    const last = links.at(-1) as ChainLink;
    const column = (read: (link: ChainLink) => unknown) => links.map(read);
    const row = await tx.queryOne<{ n: string }>(
      `with added as (
         insert into audit_log (project_id, id, created_at, activity_type, user_id, ip_address, user_agent, client_id, data, chain_position, chain_previous, chain_hash)
         select $1, e.id, e.at, e.type, e.user_id, e.ip, e.agent, e.client, e.data::jsonb, e.position, e.previous, e.hash
         from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bytea[], $12::bytea[])
           as e(id, at, type, user_id, ip, agent, client, data, position, previous, hash)
         on conflict (project_id, id, created_at) do nothing returning 1
       ), moved as (update audit_chain set position = $13, hash = $14 where project_id = $1)
       select count(*) as n from added`,
      [
        ctx.project.id,
        column(({ row }) => row.id),
        column(({ row }) => row.created_at),
        column(({ row }) => row.activity_type),
        column(({ row }) => row.user_id),
        column(({ row }) => row.ip_address),
        column(({ row }) => row.user_agent),
        column(({ row }) => row.client_id),
        data,
        column(({ row }) => row.position),
        column(({ previous }) => previous),
        column(({ hash }) => hash),
        last.row.position,
        last.hash,
      ],
    );
    return Number(row?.n ?? 0);
  }

  /** Gives rows that are in no chain their links, and moves the head. */
  async adopt(ctx: ProjectContext, tx: Tx, links: readonly ChainLink[]): Promise<void> {
    const last = links.at(-1) as ChainLink;
    await tx.query(
      `with linked as (
         update audit_log a set chain_position = e.position, chain_previous = e.previous, chain_hash = e.hash
         from unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::bytea[], $6::bytea[]) as e(id, at, position, previous, hash)
         where a.project_id = $1 and a.id = e.id and date_trunc('second', a.created_at) = e.at and a.chain_position is null
       )
       update audit_chain set position = $7, hash = $8 where project_id = $1`,
      [
        ctx.project.id,
        links.map(({ row }) => row.id),
        links.map(({ row }) => row.created_at),
        links.map(({ row }) => row.position),
        links.map(({ previous }) => previous),
        links.map(({ hash }) => hash),
        last.row.position,
        last.hash,
      ],
    );
  }

  async setCheckpointPosition(ctx: ProjectContext, tx: Tx, position: number): Promise<void> {
    await tx.query("update audit_chain set checkpoint_position = $2 where project_id = $1", [ctx.project.id, position]);
  }
}
