import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Cause } from "@gatehouse/platform-schema";
import { domainCause, localPartCause } from "./check-email.js";
import { phoneCause } from "./check-phone.js";
import { usernameCause } from "./check-username.js";
import type { LoginIdType } from "./identity.js";
import { loginIdCause } from "./login-id-cause.js";
import { loginIdLists } from "./login-id-lists.js";
import { type NormalisedLoginId, normaliseLoginId } from "./normalise-login-id.js";

const DEFAULT_MAX: Readonly<Record<LoginIdType, number>> = { email: 320, phone: 40, username: 40 };

/** A checked login id, ready to be stored. */
export interface CheckedLoginId extends NormalisedLoginId {
  key: string;
  type: LoginIdType;
  original: string;
}

/** What of a project decides which login ids it takes. */
export interface LoginIdProject {
  readonly config: ProjectConfig;
  /** Its resource files: `reserved_name.txt` and others (spec: user model §4.1). */
  readonly resources: ReadonlyMap<string, Uint8Array>;
}

/** A login id as typed. */
export interface LoginIdInput {
  /** A key of `identity.login_id.keys`. */
  key: string;
  value: string;
  /** The domain of an email address is not looked up in the block lists and the allowlist; for user import (spec: user model §10.1). */
  skipEmailBlocklist?: boolean;
}

/** Checks a new login id of a configured key and normalises it. Throws `Invalid/ValidationFailed` "invalid login ID" (spec: user model §4.2). */
export function checkLoginId(project: LoginIdProject, input: LoginIdInput): CheckedLoginId {
  const original = input.value.trim();
  const { keys, types } = project.config.identity.login_id;
  const declared = keys.find((item) => (item.key ?? item.type) === input.key);
  if (!declared) throw refused(loginIdCause("general", { msg: "login ID key is not allowed" }));
  const { type } = declared;
  const actual = new TextEncoder().encode(original).length;
  const expected = declared.max_length ?? DEFAULT_MAX[type];
  if (actual > expected) throw refused(loginIdCause("maxLength", { expected, actual }));
  if (original === "") throw refused(loginIdCause("required"));
  const normalised = normaliseLoginId(type, original, types);
  if (!normalised) throw refused(loginIdCause("format", { format: type }));
  const broken = causeByType(project, { ...input, type, original, normalised });
  if (broken) throw refused(broken);
  return { ...normalised, key: input.key, type, original };
}

const refused = (cause: Cause) => validationFailed([cause], "invalid login ID");

function causeByType({ config, resources }: LoginIdProject, input: LoginIdInput & { type: LoginIdType; original: string; normalised: NormalisedLoginId }): Cause | undefined {
  const { email, username } = config.identity.login_id.types;
  if (input.type === "phone") return phoneCause(input.original, config);
  const lists = loginIdLists(resources);
  if (input.type === "username") return usernameCause(input.original, username, lists);
  return localPartCause(input.normalised, email) ?? (input.skipEmailBlocklist ? undefined : domainCause(input.normalised, email, lists));
}

/** Every form under which a typed login id may be stored: one for each configured key (spec: authentication flow §6.1). */
export function loginIdLookupKeys(config: ProjectConfig, input: string): string[] {
  const { keys, types } = config.identity.login_id;
  const found = keys.map((key) => normaliseLoginId(key.type, input, types)?.uniqueKey);
  return [...new Set(found.filter((key) => key !== undefined))];
}
