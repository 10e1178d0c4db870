import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isVerified } from "@gatehouse/domain-user";
import { type Credentials, RequestSessions } from "@gatehouse/record-sessions";

/** Tells a reverse proxy whose request it serves (spec: sessions and tokens §10). */
@Injectable()
export class ResolveSession {
  constructor(private readonly sessions: RequestSessions) {}

  /** Response headers; none when the request carries no session at all. */
  async run(ctx: ProjectContext, credentials: Credentials): Promise<Record<string, string>> {
    const resolved = await this.sessions.resolve(ctx, credentials);
    if (resolved.outcome === "none") return {};
    if (resolved.outcome === "invalid") return { "x-authgear-session-valid": "false" };
    const { session, user, identities, authenticators, verified, effectiveRoles } = resolved.session.live;
    const rules = ctx.project.config.verification;
    const yes = (value: boolean): string => String(value);
    return {
      "x-authgear-session-valid": "true",
      "x-authgear-user-id": user.id,
      "x-authgear-user-anonymous": yes(identities.some(({ type }) => type === "anonymous")),
      "x-authgear-user-verified": yes(
        isVerified(
          rules,
          identities.map(({ claims }) => claims),
          verified,
        ),
      ),
      "x-authgear-user-can-reauthenticate": yes(authenticators.length > 0),
      ...(effectiveRoles.length > 0 ? { "x-authgear-user-roles": effectiveRoles.join(",") } : {}),
      "x-authgear-session-amr": session.amr.join(" "),
      "x-authgear-session-authenticated-at": String(Math.floor(session.authenticatedAt.getTime() / 1000)),
    };
  }
}
