import type { UserId } from "@gatehouse/domain-project";

/** What a login id is. */
export type LoginIdType = "email" | "phone" | "username";

/** An identity as kept; the members for login ids are null for other types. */
export interface Identity {
  id: string;
  userId: UserId;
  type: "login_id" | "oauth" | "anonymous" | "biometric" | "passkey" | "siwe" | "ldap";
  loginIdKey: string | null;
  loginIdType: LoginIdType | null;
  /** Normalised value. */
  loginId: string | null;
  /** What the person typed, trimmed. */
  originalLoginId: string | null;
  /** What is unique in the project for this type of identity. */
  uniqueKey: string;
  /** The claims that name a user: `email`, `phone_number`, `preferred_username`. */
  claims: { email?: string; phone_number?: string; preferred_username?: string } & Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
}

/** The claim of each login id type. */
export const CLAIM_OF_LOGIN_ID: Readonly<Record<LoginIdType, "email" | "phone_number" | "preferred_username">> = {
  email: "email",
  phone: "phone_number",
  username: "preferred_username",
};

const PREFIX = "https://authgear.com/claims/";

/** The claims of an identity as the Admin API and events show them (spec: user model §3). */
export function identityClaims(identity: Identity): Record<string, unknown> {
  if (identity.type !== "login_id") return { ...identity.claims };
  return {
    ...identity.claims,
    [`${PREFIX}login_id/type`]: identity.loginIdType,
    [`${PREFIX}login_id/key`]: identity.loginIdKey,
    [`${PREFIX}login_id/original_value`]: identity.originalLoginId,
    [`${PREFIX}login_id/value`]: identity.loginId,
  };
}
