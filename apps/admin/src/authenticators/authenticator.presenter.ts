import type { Authenticator } from "@gatehouse/domain-authenticator";
import { toGlobalId } from "@gatehouse/platform-graphql";

const PREFIX = "https://authgear.com/claims/";

/** `Authenticator` of the schema; hashes and secrets have no place in it. */
export function presentAuthenticator(authenticator: Authenticator) {
  const { id, type, kind, isDefault, createdAt, updatedAt } = authenticator;
  const expireAfter = type === "password" ? authenticator.expireAfter : null;
  return { __typename: "Authenticator", id: toGlobalId("Authenticator", id), type, kind, isDefault, createdAt, updatedAt, expireAfter, allClaims: publicClaims(authenticator) };
}

/** A presented authenticator. */
export type AuthenticatorNode = ReturnType<typeof presentAuthenticator>;

function publicClaims({ type, email, phone, displayName, passkey }: Authenticator): Record<string, unknown> {
  if (type === "oob_otp_email") return { [`${PREFIX}oob_otp/email`]: email };
  if (type === "oob_otp_sms") return { [`${PREFIX}oob_otp/phone`]: phone };
  if (type === "totp") return { [`${PREFIX}totp/display_name`]: displayName ?? "" };
  if (type === "passkey") return { [`${PREFIX}passkey/credential_id`]: passkey?.credentialId };
  return {};
}
