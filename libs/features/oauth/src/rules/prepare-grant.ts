import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { ClaimSource } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AuthenticationInfo, OfflineGrant, RefreshTokenRecord } from "@gatehouse/domain-session";
import type { UserFacts } from "@gatehouse/domain-user";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";

/** What a grant is made of. */
export interface GrantInput {
  info: Pick<AuthenticationInfo, "userId" | "authenticatedAt" | "amr" | "session">;
  authorizationId: string;
  scopes: readonly string[];
  ssoEnabled: boolean;
  deviceInfo?: Record<string, unknown> | null;
  /** The biometric identity of the login. */
  identityId?: string | null;
  /** Thumbprint of the key that the refresh token is bound to. */
  dpopJkt?: string | null;
  app2appDeviceKey?: Record<string, unknown> | null;
  /** Whether it gets a device secret (`device_sso`), bound to the same key. */
  deviceSecret?: boolean;
}

/** A refresh token that is not written yet, with its text `<grant id>.<32 characters>`. */
export interface PreparedToken {
  token: RefreshTokenRecord;
  refreshToken: string;
}

/** A grant that is not written yet, with its first refresh token. */
export interface PreparedGrant extends PreparedToken {
  grant: OfflineGrant;
  deviceSecret?: string;
}

/** A refresh token for a grant that is there. `expireAt`: for short-lived ones. */
export function prepareToken(
  ctx: ProjectContext,
  client: OAuthClientConfig,
  input: { grantId: string; authorizationId: string; scopes: readonly string[]; dpopJkt?: string | null; expireAt?: Date },
): PreparedToken {
  const secret = randomString(32);
  const hash = sha256Hex(secret);
  const now = ctx.now();
  const token = {
    grantId: input.grantId,
    initialHash: hash,
    currentHash: hash,
    clientId: client.client_id,
    authorizationId: input.authorizationId,
    scopes: [...input.scopes],
    dpopJkt: input.dpopJkt ?? null,
    createdAt: now,
    lastAccessAt: now,
    expireAt: input.expireAt ?? null,
  };
  return { token, refreshToken: `${input.grantId}.${secret}` };
}

/** A grant of its own for a sign-in (spec: sessions and tokens §9.1). */
export function prepareGrant(ctx: ProjectContext, client: OAuthClientConfig, input: GrantInput): PreparedGrant {
  const now = ctx.now();
  const access = { time: now, ip: ctx.request.ip, userAgent: ctx.request.userAgent };
  const { info } = input;
  const idpSessionId = info.session.type === "idp" ? (info.session.id ?? null) : null;
  const deviceSecret = input.deviceSecret ? randomString(32) : undefined;
  const grant: OfflineGrant = {
    id: ctx.newId(),
    userId: info.userId as OfflineGrant["userId"],
    initialClientId: client.client_id,
    idpSessionId,
    ssoEnabled: input.ssoEnabled && idpSessionId !== null,
    deviceInfo: input.deviceInfo ?? null,
    identityId: input.identityId ?? null,
    app2appDeviceKey: input.app2appDeviceKey ?? null,
    deviceSecretHash: deviceSecret ? sha256Hex(deviceSecret) : null,
    deviceSecretDpopJkt: deviceSecret ? (input.dpopJkt ?? null) : null,
    amr: [...info.amr],
    createdAt: now,
    authenticatedAt: new Date(info.authenticatedAt),
    initialAccess: access,
    lastAccess: access,
  };
  return { grant, ...prepareToken(ctx, client, { ...input, grantId: grant.id }), ...(deviceSecret ? { deviceSecret } : {}) };
}

/** What claims are made of, from a whole user. */
export function claimSource({ user, identities, authenticators, verified, recoveryCodes = 0, effectiveRoles = [] }: UserFacts): ClaimSource {
  return {
    user,
    verified,
    hasRecoveryCodes: recoveryCodes > 0,
    effectiveRoles,
    identities: identities.toReversed().map((one) => ({
      type: one.type,
      login_id_key: one.loginIdKey,
      login_id_type: one.loginIdType,
      oauth_provider_type: one.details.oauth?.providerType ?? null,
      oauth_provider_alias: one.details.oauth?.alias ?? null,
      claims: one.claims,
      created_at: one.createdAt.toISOString(),
      updated_at: one.updatedAt.toISOString(),
    })),
    authenticators: authenticators.map((one) => ({ type: one.type, kind: one.kind, created_at: one.createdAt.toISOString(), updated_at: one.updatedAt.toISOString() })),
  };
}
