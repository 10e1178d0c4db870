import { invalidBcryptHash, invalidPasswordHash, invalidTotpSecret } from "@gatehouse/domain-errors";
import { type FirebaseParameters, readForeignHash } from "@gatehouse/platform-crypto";
import type { AuthenticatorToMake } from "@gatehouse/record-accounts";
import type { ImportedPassword, ImportRecord } from "./record-schema.js";

function firebaseOf({ salt, salt_separator = "", signer_key, rounds, mem_cost }: ImportedPassword): FirebaseParameters | undefined {
  if (salt === undefined || signer_key === undefined || rounds === undefined || mem_cost === undefined) return undefined;
  return { salt, saltSeparator: salt_separator, signerKey: signer_key, rounds, memoryCost: mem_cost };
}

function passwordOf(password: ImportedPassword, kind: "primary" | "secondary"): AuthenticatorToMake {
  const passwordHash = readForeignHash(password.type, password.password_hash, firebaseOf(password));
  if (passwordHash === undefined) throw password.type === "bcrypt" ? invalidBcryptHash() : invalidPasswordHash({ type: password.type });
  return { type: "password", kind, passwordHash, ...(password.expire_after ? { expireAfter: new Date(password.expire_after) } : {}) };
}

/** Letters and digits of base32 (RFC 4648 §6) that make whole bytes, in upper case and without padding. */
function totpSecretOf(given: string): string {
  const secret = given.toUpperCase().replace(/=+$/, "");
  if (!/^[A-Z2-7]{2,205}$/.test(secret) || [1, 3, 6].includes(secret.length % 8)) throw invalidTotpSecret();
  return secret;
}

/** The passwords of a new user (spec: user model §10.1). Throws InvalidBcryptHash, InvalidPasswordHash. */
export const readPasswords = ({ password, mfa }: ImportRecord): AuthenticatorToMake[] => [
  ...(password ? [passwordOf(password, "primary")] : []),
  ...(mfa?.password ? [passwordOf(mfa.password, "secondary")] : []),
];

/** The TOTP of a new user (spec: user model §10.1). Throws InvalidTOTPSecret. */
export const readTotp = ({ mfa }: ImportRecord): AuthenticatorToMake[] =>
  mfa?.totp ? [{ type: "totp", kind: "secondary", secret: totpSecretOf(mfa.totp.secret), displayName: "Imported" }] : [];
