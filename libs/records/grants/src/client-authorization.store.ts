import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Row, Tx } from "@gatehouse/platform-postgres";

/** The scopes a user has granted to a client. */
export interface ClientAuthorization {
  id: string;
  userId: string;
  clientId: string;
  scopes: string[];
}

/** An authorization as lists show it. */
export interface ListedAuthorization extends ClientAuthorization {
  createdAt: Date;
  updatedAt: Date;
}

const LISTED = "id, user_id, client_id, scopes, created_at, updated_at";

const toListed = (row: Row): ListedAuthorization => ({
  id: row.id as string,
  userId: row.user_id as string,
  clientId: row.client_id as string,
  scopes: row.scopes as string[],
  createdAt: row.created_at as Date,
  updatedAt: row.updated_at as Date,
});

/** The rows of `client_authorization`. */
@Injectable()
export class ClientAuthorizationStore {
  async find(ctx: ProjectContext, tx: Tx, input: { userId: string; clientId: string }): Promise<ClientAuthorization | undefined> {
    const row = await tx.queryOne("select id, scopes from client_authorization where project_id = $1 and user_id = $2 and client_id = $3", [
      ctx.project.id,
      input.userId,
      input.clientId,
    ]);
    return row && { id: row.id as string, userId: input.userId, clientId: input.clientId, scopes: row.scopes as string[] };
  }

  /** Adds scopes to what the user has granted, or grants for the first time. One statement. */
  async grant(ctx: ProjectContext, tx: Tx, input: { userId: string; clientId: string; scopes: readonly string[] }): Promise<ClientAuthorization> {
    const row = await tx.queryOne(
      `insert into client_authorization as c (project_id, id, user_id, client_id, scopes, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)
       on conflict (project_id, user_id, client_id) do update set
         scopes = (select array_agg(distinct scope) from unnest(c.scopes || excluded.scopes) scope), updated_at = excluded.updated_at
       returning id, scopes`,
      [ctx.project.id, ctx.newId(), input.userId, input.clientId, input.scopes, ctx.now()],
    );
    return { id: row?.id as string, userId: input.userId, clientId: input.clientId, scopes: row?.scopes as string[] };
  }

  /** An authorization by id. */
  async byId(ctx: ProjectContext, tx: Tx, id: string): Promise<ListedAuthorization | undefined> {
    return (await this.byIds(ctx, tx, [id]))[0];
  }

  /** Authorizations of the given ids; unknown ids are left out, the order is not kept. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<ListedAuthorization[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${LISTED} from client_authorization where project_id = $1 and id = any($2::uuid[])`, [ctx.project.id, ids])).map(toListed);
  }

  /** What users have granted to some clients, oldest first. */
  async ofUsers(ctx: ProjectContext, tx: Tx, { userIds, clientIds }: { userIds: readonly string[]; clientIds: readonly string[] }): Promise<ListedAuthorization[]> {
    if (clientIds.length === 0) return [];
    const sql = `select ${LISTED} from client_authorization where project_id = $1 and user_id = any($2::uuid[]) and client_id = any($3) order by created_at, id`;
    return (await tx.query(sql, [ctx.project.id, userIds, clientIds])).map(toListed);
  }

  /** Takes back what a user granted; its refresh tokens go with it. */
  async delete(ctx: ProjectContext, tx: Tx, id: string): Promise<void> {
    await tx.query("delete from client_authorization where project_id = $1 and id = $2", [ctx.project.id, id]);
  }
}
