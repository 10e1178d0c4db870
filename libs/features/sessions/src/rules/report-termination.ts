import { type EventSession, userSessionTerminated } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type IdpSession, type OfflineGrant, sessionModel } from "@gatehouse/domain-session";
import type { Tx } from "@gatehouse/platform-postgres";
import type { Accounts } from "@gatehouse/record-accounts";
import type { EventOutbox } from "@gatehouse/service-event-outbox";

/** What was ended of a user, and how. */
export interface Termination {
  userId: UserId;
  gone: { sessions: readonly IdpSession[]; grants: readonly OfflineGrant[] };
  type: "individual" | "all" | "all_except_current";
}

/** One `user.session.terminated` for all that was ended; none when nothing was (spec: sessions and tokens §7.2). */
export async function reportTermination(
  ctx: ProjectContext,
  tx: Tx,
  { accounts, outbox, userId, gone, type }: Termination & { accounts: Accounts; outbox: EventOutbox },
): Promise<void> {
  const sessions: EventSession[] = [...gone.grants.map((one) => sessionModel("offline_grant", one)), ...gone.sessions.map((one) => sessionModel("idp", one))];
  if (sessions.length === 0) return;
  const [user] = await accounts.model(ctx, tx, [userId]);
  if (user) await outbox.append(ctx, tx, [userSessionTerminated({ user, sessions, termination_type: type })]);
}
