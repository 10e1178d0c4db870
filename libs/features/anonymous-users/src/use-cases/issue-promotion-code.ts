import { Injectable } from "@nestjs/common";
import { normalUserLoggedIn, unauthorized } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { PromotionCodes } from "@gatehouse/record-anonymous-users";
import { type Credentials, RequestSessions } from "@gatehouse/record-sessions";

/** A code that lets the anonymous user of a browser become a regular one (spec: oauth-oidc §14.3). */
@Injectable()
export class IssuePromotionCode {
  constructor(
    private readonly sessions: RequestSessions,
    private readonly codes: PromotionCodes,
  ) {}

  /** Throws `Unauthorized` without a session, and `Invalid` for a regular user. */
  async byCookie(ctx: ProjectContext, cookies: Credentials["cookies"]): Promise<{ promotion_code: string; expire_at: string }> {
    const live = await this.sessions.fromCookie(ctx, cookies);
    if (!live) throw unauthorized("authentication required");
    const identity = live.identities.find(({ type }) => type === "anonymous");
    if (!identity) throw normalUserLoggedIn();
    const { code, expireAt } = await this.codes.create(ctx, { userId: live.user.id, identityId: identity.id });
    return { promotion_code: code, expire_at: expireAt.toISOString() };
  }
}
