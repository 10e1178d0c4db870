import type { ProjectContext } from "@gatehouse/domain-project";
import { type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { clearedSessionCookies, cookieName, type Resolution } from "@gatehouse/record-sessions";

/** Clears the session cookie of a request that it did no good (spec: sessions and tokens §6). */
export function forgetBadSession(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, { outcome }: Pick<Resolution, "outcome">): void {
  if (outcome === "invalid" && request.cookies[cookieName(ctx, "session")]) writeCookies(reply, clearedSessionCookies(ctx));
}
