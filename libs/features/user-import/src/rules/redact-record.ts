import { passwordSchema, totpSchema } from "./record-schema.js";

const REDACTED = "REDACTED";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function redactPassword(password: unknown): unknown {
  if (!passwordSchema.is(password)) return REDACTED;
  return { ...password, password_hash: REDACTED, ...("signer_key" in password ? { signer_key: REDACTED } : {}), ...("salt" in password ? { salt: REDACTED } : {}) };
}

function redactMfa(mfa: unknown): unknown {
  if (!isObject(mfa)) return REDACTED;
  const members = Object.entries(mfa).map(([name, value]) => {
    if (name === "email" || name === "phone_number") return [name, value];
    if (name === "password") return [name, redactPassword(value)];
    return [name, name === "totp" && totpSchema.is(value) ? { secret: REDACTED } : REDACTED];
  });
  return Object.fromEntries(members);
}

/** A record as it may be shown: hashes and secrets are covered, and so is a part that should hold one but has another form (spec: user model §10). */
export function redactRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(record).map(([name, value]) => {
    if (name === "password") return [name, redactPassword(value)];
    return [name, name === "mfa" ? redactMfa(value) : value];
  });
  return Object.fromEntries(shown);
}
