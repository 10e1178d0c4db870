import { findClient } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { idpSessionExpiry, offlineGrantExpiry } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { isUuid } from "@gatehouse/platform-ids";
import type { GrantOfToken } from "@gatehouse/record-sessions";

/** The parts of a refresh token `<grant id>.<32 characters>`; undefined when it has another form. */
export function parseRefreshToken(text: string): { grantId: string; hash: string } | undefined {
  const [grantId = "", secret = "", rest] = text.split(".");
  if (!isUuid(grantId) || !/^[A-Za-z0-9]{32}$/.test(secret) || rest !== undefined) return undefined;
  return { grantId, hash: sha256Hex(secret) };
}

/** When a refresh token ends that nobody uses any more, by today's configuration (spec: sessions and tokens §3). */
export function refreshTokenEnd(ctx: ProjectContext, { grant, token, shared }: GrantOfToken): Date {
  const initial = findClient(ctx.project.config, grant.initialClientId);
  const ends = [initial && offlineGrantExpiry(initial, grant), token.expireAt, shared && idpSessionExpiry(ctx.project.config, shared)];
  return new Date(Math.min(...ends.flatMap((end) => (end ? [end.getTime()] : []))));
}

/** Whether the grant of a refresh token lives by today's configuration, and its user may sign in (spec: sessions and tokens §3, §9.2). */
export function isGrantUsable(ctx: ProjectContext, { grant, token, shared, owner }: GrantOfToken): boolean {
  const now = ctx.now();
  const initial = findClient(ctx.project.config, grant.initialClientId);
  if (!initial || !findClient(ctx.project.config, token.clientId) || offlineGrantExpiry(initial, grant) < now) return false;
  if (token.expireAt && token.expireAt < now) return false;
  if (shared && idpSessionExpiry(ctx.project.config, shared) < now) return false;
  return !accountStatusError(owner.user.status, now);
}
