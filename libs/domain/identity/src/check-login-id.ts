import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Cause } from "@gatehouse/platform-schema";
import type { LoginIdType } from "./identity.js";
import { type NormalisedLoginId, normaliseLoginId, phoneRegion } from "./normalise-login-id.js";
import { RESERVED_USERNAMES } from "./reserved-usernames.js";

const DEFAULT_MAX: Readonly<Record<LoginIdType, number>> = { email: 320, phone: 40, username: 40 };

/** A checked login id, ready to be stored. */
export interface CheckedLoginId extends NormalisedLoginId {
  key: string;
  type: LoginIdType;
  original: string;
}

const cause = (kind: string, details?: Record<string, unknown>): Cause => ({ location: "/login_id", kind, ...(details ? { details } : {}) });
const blocked = (reason: string, extra: Record<string, unknown> = {}): Cause => cause("blocked", { reason, ...extra });

/** Checks a new login id of a configured key and normalises it. Throws `Invalid/ValidationFailed` "invalid login ID" (spec: user model §4.2). */
export function checkLoginId(config: ProjectConfig, key: string, input: string): CheckedLoginId {
  const original = input.trim();
  const declared = (config.identity.login_id.keys ?? []).find((item) => (item.key ?? item.type) === key);
  const fail = (found: Cause): never => {
    throw validationFailed([found], "invalid login ID");
  };
  if (!declared) return fail(cause("general", { msg: "login ID key is not allowed" }));
  const type = declared.type as LoginIdType;
  const bytes = new TextEncoder().encode(original).length;
  const limit = declared.max_length ?? DEFAULT_MAX[type];
  if (bytes > limit) return fail(cause("maxLength", { expected: limit, actual: bytes }));
  if (original === "") return fail(cause("required"));
  const types = config.identity.login_id.types as never as Types;
  const normalised = normaliseLoginId(type, original, { email: types?.email ?? {}, username: types?.username ?? {} });
  if (!normalised) return fail(cause("format", { format: type }));
  const broken =
    type === "email" ? emailCause(original, types?.email) : type === "username" ? usernameCause(normalised.value, types?.username) : phoneCause(normalised.value, config);
  if (broken) return fail(broken);
  return { ...normalised, key, type, original };
}

interface Types {
  email?: { block_plus_sign?: boolean; case_sensitive?: boolean; ignore_dot_sign?: boolean };
  username?: { block_reserved_usernames?: boolean; ascii_only?: boolean; case_sensitive?: boolean };
}

function emailCause(original: string, rules: Types["email"]): Cause | undefined {
  return rules?.block_plus_sign && original.slice(0, original.lastIndexOf("@")).includes("+") ? blocked("BlockPlusSign") : undefined;
}

function usernameCause(value: string, rules: Types["username"]): Cause | undefined {
  if (rules?.block_reserved_usernames !== false && RESERVED_USERNAMES.has(value.toLowerCase())) return blocked("UsernameReserved");
  if (rules?.ascii_only !== false && !/^[a-zA-Z0-9_\-.]*$/.test(value)) return cause("format", { format: "username" });
  return undefined;
}

function phoneCause(value: string, config: ProjectConfig): Cause | undefined {
  const allowed = (config.ui as { phone_input?: { allowlist?: string[] } }).phone_input?.allowlist;
  const region = phoneRegion(value);
  return allowed && region && !allowed.includes(region) ? blocked("PhoneNumberCountryCodeAllowlist") : undefined;
}

/** Every form under which a typed login id may be stored: one for each configured key (spec: authentication flow §6.1). */
export function loginIdLookupKeys(config: ProjectConfig, input: string): string[] {
  const types = config.identity.login_id.types as never as Types;
  const rules = { email: types?.email ?? {}, username: types?.username ?? {} };
  const found = (config.identity.login_id.keys ?? []).map((key) => normaliseLoginId(key.type as LoginIdType, input, rules)?.uniqueKey);
  return [...new Set(found.filter((key) => key !== undefined))];
}
