import type { Authenticator, AuthenticatorKind, AuthenticatorType, PasskeyCredential } from "@gatehouse/domain-authenticator";
import { CLAIM_OF_LOGIN_ID, type CheckedLoginId, type Identity, type IdentityDetails } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { normalStatus, type UserFacts } from "@gatehouse/domain-user";

/** An identity to be made. */
export interface IdentityToMake {
  /** Made in advance when something already names it. */
  id?: string;
  type: Identity["type"];
  /** Of login ids; the rest then follows from it. */
  loginId?: CheckedLoginId;
  uniqueKey?: string;
  claims?: Record<string, unknown>;
  details?: IdentityDetails;
}

/** An authenticator to be made. */
export interface AuthenticatorToMake {
  id?: string;
  type: AuthenticatorType;
  kind: AuthenticatorKind;
  passwordHash?: string;
  expireAfter?: Date;
  /** Address of one-time passwords. */
  target?: string;
  secret?: string;
  displayName?: string;
  passkey?: PasskeyCredential;
}

/** The record of an identity as it will be written. */
export function makeIdentity(ctx: ProjectContext, userId: UserId, made: IdentityToMake): Identity {
  const now = ctx.now();
  const { loginId } = made;
  return {
    id: made.id ?? ctx.newId(),
    userId,
    type: made.type,
    loginIdKey: loginId?.key ?? null,
    loginIdType: loginId?.type ?? null,
    loginId: loginId?.value ?? null,
    originalLoginId: loginId?.original ?? null,
    uniqueKey: loginId?.uniqueKey ?? made.uniqueKey ?? "",
    claims: loginId ? { [CLAIM_OF_LOGIN_ID[loginId.type]]: loginId.value } : (made.claims ?? {}),
    details: made.details ?? {},
    createdAt: now,
    updatedAt: now,
  };
}

/** The record of an authenticator as it will be written. */
export function makeAuthenticator(ctx: ProjectContext, userId: UserId, made: AuthenticatorToMake): Authenticator {
  const now = ctx.now();
  return {
    id: made.id ?? ctx.newId(),
    userId,
    type: made.type,
    kind: made.kind,
    isDefault: false,
    passwordHash: made.passwordHash ?? null,
    expireAfter: made.expireAfter ?? null,
    email: made.type === "oob_otp_email" ? (made.target ?? null) : null,
    phone: made.type === "oob_otp_sms" ? (made.target ?? null) : null,
    secret: made.secret ?? null,
    displayName: made.displayName ?? null,
    passkey: made.passkey ?? null,
    createdAt: now,
    updatedAt: now,
  };
}

/** A login id that has another value. */
export const withLoginIdValue = (ctx: ProjectContext, old: Identity, next: CheckedLoginId): Identity => ({
  ...old,
  loginIdKey: next.key,
  loginIdType: next.type,
  loginId: next.value,
  originalLoginId: next.original,
  uniqueKey: next.uniqueKey,
  claims: { [CLAIM_OF_LOGIN_ID[next.type]]: next.value },
  updatedAt: ctx.now(),
});

/** A user without anything. */
export function emptyUser(id: UserId, now: Date): UserFacts["user"] {
  return {
    id,
    createdAt: now,
    updatedAt: now,
    loginAt: null,
    lastLoginAt: null,
    standardAttributes: {},
    customAttributes: {},
    status: { ...normalStatus },
    mfaGracePeriodEndAt: null,
    metadata: {},
  };
}
