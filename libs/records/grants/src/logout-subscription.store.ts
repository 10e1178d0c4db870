import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { SessionKind } from "@gatehouse/domain-session";
import type { Row, Tx } from "@gatehouse/platform-postgres";

/** A session of which a client wants to hear when it ends. */
export interface LogoutSubscription {
  projectId: string;
  kind: SessionKind;
  sessionId: string;
  clientId: string;
  userId: string;
}

export const GONE = `not exists (select 1 from offline_grant g where l.session_kind = 'offline_grant' and g.project_id = l.project_id and g.id = l.session_id)
  and not exists (select 1 from idp_session i where l.session_kind = 'idp' and i.project_id = l.project_id and i.id = l.session_id)`;
export const COLUMNS = "l.project_id, l.session_kind, l.session_id, l.client_id, l.user_id";
export const toSubscription = (row: Row): LogoutSubscription => ({
  projectId: row.project_id as string,
  kind: row.session_kind as SessionKind,
  sessionId: row.session_id as string,
  clientId: row.client_id as string,
  userId: row.user_id as string,
});

/** The rows of `logout_subscription`: whatever ends a session, its row stays behind and says whom to tell. */
@Injectable()
export class LogoutSubscriptionStore {
  async insert(ctx: ProjectContext, tx: Tx, { kind, sessionId, clientId, userId }: Omit<LogoutSubscription, "projectId">): Promise<void> {
    const sql = "insert into logout_subscription (project_id, session_kind, session_id, client_id, user_id) values ($1, $2, $3, $4, $5) on conflict do nothing";
    await tx.query(sql, [ctx.project.id, kind, sessionId, clientId, userId]);
  }

  /** Marks the subscriptions of a user's sessions that are gone, and returns those newly marked. */
  async markEnded(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<LogoutSubscription[]> {
    const sql = `update logout_subscription l set ended_at = $3 where l.project_id = $1 and l.user_id = any($2::uuid[]) and l.ended_at is null and ${GONE} returning ${COLUMNS}`;
    return (await tx.query(sql, [ctx.project.id, userIds, ctx.now()])).map(toSubscription);
  }

  /** A marked subscription; undefined when it has been told or was never marked. */
  async ended(ctx: ProjectContext, tx: Tx, { kind, sessionId, clientId }: Omit<LogoutSubscription, "projectId" | "userId">): Promise<LogoutSubscription | undefined> {
    const sql = `select ${COLUMNS} from logout_subscription l where l.project_id = $1 and l.session_kind = $2 and l.session_id = $3 and l.client_id = $4 and l.ended_at is not null`;
    const row = await tx.queryOne(sql, [ctx.project.id, kind, sessionId, clientId]);
    return row && toSubscription(row);
  }

  async delete(ctx: ProjectContext, tx: Tx, { kind, sessionId, clientId }: Omit<LogoutSubscription, "projectId" | "userId">): Promise<void> {
    const sql = "delete from logout_subscription where project_id = $1 and session_kind = $2 and session_id = $3 and client_id = $4";
    await tx.query(sql, [ctx.project.id, kind, sessionId, clientId]);
  }
}
