import { Injectable } from "@nestjs/common";
import type { ClientMetadata } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** A client that described itself. */
export interface RegisteredClientRow {
  clientId: string;
  metadata: ClientMetadata;
  /** Absent for clients with a document. */
  tokenHash: string | null;
  /** Of clients with a secret. */
  secretHash: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A client that nobody has let in may make room for another after a day. */
const UNUSED = `created_at < $2 and not exists (select 1 from client_authorization a where a.project_id = r.project_id and a.client_id = r.client_id)`;

/** The rows of `registered_client`. Whoever changes them invalidates the project in the registry. */
@Injectable()
export class RegisteredClientStore {
  /** Writes or renews a client. When there are `maximum` already, the oldest one that nobody used makes room; false when none can. */
  async put(ctx: ProjectContext, tx: Tx, client: Omit<RegisteredClientRow, "createdAt" | "updatedAt"> & { maximum: number }): Promise<boolean> {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('registered-client ' || $1, 0))", [ctx.project.id]);
    const row = await tx.queryOne<{ n: string }>("select count(*) as n from registered_client where project_id = $1 and client_id <> $2", [ctx.project.id, client.clientId]);
    if (Number(row?.n ?? 0) >= client.maximum) {
      const before = new Date(ctx.now().getTime() - 86_400_000);
      const gone = await tx.query(
        `delete from registered_client where project_id = $1 and client_id = (select r.client_id from registered_client r where r.project_id = $1 and ${UNUSED} order by r.created_at limit 1) returning client_id`,
        [ctx.project.id, before],
      );
      if (gone.length === 0) return false;
    }
    await tx.query(
      `insert into registered_client (project_id, client_id, registration_token_hash, client_secret_hash, metadata, created_at, updated_at) values ($1, $2, $3, $6, $4, $5, $5)
       on conflict (project_id, client_id) do update set metadata = excluded.metadata, updated_at = excluded.updated_at`,
      [ctx.project.id, client.clientId, client.tokenHash, client.metadata, ctx.now(), client.secretHash],
    );
    return true;
  }

  async byId(ctx: ProjectContext, tx: Tx, clientId: string): Promise<RegisteredClientRow | undefined> {
    const row = await tx.queryOne(
      "select client_id, registration_token_hash, client_secret_hash, metadata, created_at, updated_at from registered_client where project_id = $1 and client_id = $2",
      [ctx.project.id, clientId],
    );
    return (
      row && {
        clientId: row.client_id as string,
        metadata: row.metadata as ClientMetadata,
        tokenHash: row.registration_token_hash as string | null,
        secretHash: row.client_secret_hash as string | null,
        createdAt: row.created_at as Date,
        updatedAt: row.updated_at as Date,
      }
    );
  }

  async delete(ctx: ProjectContext, tx: Tx, clientId: string): Promise<void> {
    await tx.query("delete from registered_client where project_id = $1 and client_id = $2", [ctx.project.id, clientId]);
  }
}
