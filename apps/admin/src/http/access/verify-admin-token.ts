import { decodeProtectedHeader } from "jose";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";

const SKEW_SECONDS = 300;

/** What a token says beside that it is valid. */
export interface AdminToken {
  auditContext?: Record<string, unknown>;
}

/**
 * Checks `Authorization` of an Admin API request (spec: admin API §2): a JWT (RFC 7519) by RS256 with the key that its `kid` names among the project's,
 * whose audience holds the project id; times are checked where present, five minutes either way. Undefined when anything is wrong.
 */
export async function verifyAdminToken(ctx: ProjectContext, authorization: string | undefined): Promise<AdminToken | undefined> {
  if (!authorization?.startsWith("Bearer ")) return undefined;
  const token = authorization.slice("Bearer ".length);
  const key = namedKey(ctx, token);
  if (!key) return undefined;
  const claims = await verifyJwt([key], token, { algorithms: ["RS256"], audience: ctx.project.id, clockTolerance: SKEW_SECONDS, currentDate: ctx.now() });
  if (!claims || typeof claims.aud === "undefined") return undefined;
  if (claims.iat !== undefined && !(claims.iat <= ctx.now().getTime() / 1000 + SKEW_SECONDS)) return undefined;
  const { audit_context: auditContext } = claims;
  return typeof auditContext === "object" && auditContext !== null && !Array.isArray(auditContext) ? { auditContext: auditContext as Record<string, unknown> } : {};
}

function namedKey(ctx: ProjectContext, token: string): KeyJwk | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return kid === undefined ? undefined : (ctx.project.secrets["admin-api.auth"]?.keys.find((key) => key.kid === kid) as KeyJwk | undefined);
  } catch {
    return undefined;
  }
}
