import type { UserId } from "@gatehouse/domain-project";
import { deviceModel } from "@gatehouse/domain-session";
import { type LdapIdentity, ldapIdentityClaims } from "./ldap-claims.js";

/** What a login id is. */
export type LoginIdType = "email" | "phone" | "username";

/** An account at a social login provider (spec: providers §A.4). */
export interface OAuthIdentity {
  /** Type of the provider, such as `google`. */
  providerType: string;
  /** What tells accounts of one provider type apart: `{client_id}`, `{tenant}` ... */
  providerKeys: Record<string, unknown>;
  /** The provider's id of the account. */
  subjectId: string;
  /** Alias under which it was linked; a renamed provider still finds the identity. */
  alias: string;
  /** The provider's JSON; empty when the project keeps none. */
  rawProfile: Record<string, unknown>;
}

/** A public key of a person's device or password manager. */
export interface PasskeyIdentity {
  /** base64url. */
  credentialId: string;
  displayName: string;
}

/** A guest: an app's key, or none. */
export interface AnonymousIdentity {
  keyId: string | null;
  /** JWK, when the app has one. */
  key: Record<string, unknown> | null;
}

/** A device whose own lock signs in. */
export interface BiometricIdentity {
  keyId: string;
  /** Public JWK. */
  key: Record<string, unknown>;
  /** What the device said of itself. */
  deviceInfo: Record<string, unknown>;
}

/** A wallet that signs in (Ethereum, EIP-4361). */
export interface SiweIdentity {
  address: string;
  chainId: number;
}

/** What identities of the other types hold beside their claims; one member each. */
export interface IdentityDetails {
  oauth?: OAuthIdentity;
  passkey?: PasskeyIdentity;
  ldap?: LdapIdentity;
  anonymous?: AnonymousIdentity;
  biometric?: BiometricIdentity;
  siwe?: SiweIdentity;
}

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
  details: IdentityDetails;
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
  return { ...identity.claims, ...ownClaims(identity) };
}

function ownClaims({ type, details, ...identity }: Identity): Record<string, unknown> {
  const prefixed = (own: Record<string, unknown>) => Object.fromEntries(Object.entries(own).map(([name, value]) => [`${PREFIX}${name}`, value]));
  const { oauth, passkey, anonymous, biometric, siwe } = details;
  if (type === "login_id")
    return prefixed({
      "login_id/type": identity.loginIdType,
      "login_id/key": identity.loginIdKey,
      "login_id/original_value": identity.originalLoginId,
      "login_id/value": identity.loginId,
    });
  if (oauth)
    return prefixed({ "oauth/provider_type": oauth.providerType, "oauth/provider_alias": oauth.alias, "oauth/subject_id": oauth.subjectId, "oauth/profile": oauth.rawProfile });
  if (passkey) return prefixed({ "passkey/credential_id": passkey.credentialId, "passkey/display_name": passkey.displayName });
  if (details.ldap) return ldapIdentityClaims(details.ldap);
  if (biometric)
    return prefixed({ "biometric/key_id": biometric.keyId, "biometric/device_info": biometric.deviceInfo, "biometric/formatted_device_info": deviceModel(biometric.deviceInfo) });
  if (siwe) return prefixed({ "siwe/address": siwe.address, "siwe/chain_id": siwe.chainId });
  return anonymous ? prefixed({ "anonymous/key_id": anonymous.keyId ?? "" }) : {};
}
