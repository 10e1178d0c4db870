import { checkOtpTarget, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { populateAttributes, type UserFacts } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import {
  checkIdentityLeft,
  makeAuthenticator,
  makeIdentity,
  withAuthenticators,
  withIdentity,
  withLoginId,
  withLoginIdValue,
  withoutAuthenticator,
  withoutIdentity,
} from "@gatehouse/record-accounts";
import { BUILT_IN_KEYS, isAllowed, type PreparedRecord } from "./prepare-record.js";
import { readCustomAttributes, readStandardAttributes } from "./read-attributes.js";
import { withDisabled, withValidPeriod } from "./read-status.js";
import { type Identifier, identifiers, type ImportRecord } from "./record-schema.js";
import { checkDuplicate, type Memberships, readMemberships, type Surroundings } from "./surroundings.js";

/** A user to be changed: as he is, after each change of a login id, and as he is to be. */
export interface UpsertPlan {
  states: UserFacts[];
  memberships: Memberships;
  warnings: string[];
}

interface FieldChange {
  prepared: PreparedRecord;
  around: Surroundings;
  field: Identifier;
  warnings: string[];
}

/** The user with one login id written or all removed; only the built-in key is looked at. Of several, the newest takes a new value. */
function withField(ctx: ProjectContext, facts: UserFacts, { prepared, around, field, warnings }: FieldChange): UserFacts {
  const value = prepared.record[field];
  const present = facts.identities.filter(({ type, loginIdKey }) => type === "login_id" && loginIdKey === BUILT_IN_KEYS[field]);
  const [old] = present;
  if (value === undefined || (value === null && !old)) return facts;
  if (value === null) {
    const after = present.reduce(withoutIdentity, facts);
    checkIdentityLeft(after);
    return after;
  }
  if (!isAllowed(ctx, field)) {
    warnings.push(`${field} is ignored because it is not an allowed login ID.`);
    return facts;
  }
  const loginId = prepared.loginIds[field];
  if (isApiError(loginId)) throw loginId;
  if (!loginId || present.some((one) => one.loginId === loginId.value)) return facts;
  checkDuplicate(around, loginId, { userId: facts.user.id, ...(old ? { identityId: old.id } : {}) });
  return old ? withLoginId(facts, withLoginIdValue(ctx, old, loginId), []) : withIdentity(facts, makeIdentity(ctx, facts.user.id, { type: "login_id", loginId }), []);
}

/** The user with an address marked as proven or not, when the record gives the address too. */
function withVerified(ctx: ProjectContext, facts: UserFacts, { record, warnings }: { record: ImportRecord; warnings: string[] }): UserFacts {
  let verified = facts.verified;
  for (const name of ["email", "phone_number"] as const) {
    const [flag, value] = [record[`${name}_verified`], record[name]];
    if (flag === undefined) continue;
    if (value === undefined) warnings.push(`${name}_verified has no effect when ${name} is absent.`);
    else if (value === null) warnings.push(`${name}_verified has no effect when ${name} = null.`);
    else {
      const written = normaliseLoginId(name === "email" ? "email" : "phone", value, ctx.project.config.identity.login_id.types)?.value;
      const carrier = facts.identities.find(({ type, claims }) => type === "login_id" && claims[name] !== undefined && (claims[name] === value || claims[name] === written));
      if (!carrier) continue;
      const others = verified.filter((claim) => claim.name !== name || claim.value !== carrier.claims[name]);
      if (!flag) verified = others;
      else if (others.length === verified.length) verified = [...verified, { name, value: carrier.claims[name] as string }];
    }
  }
  return verified === facts.verified ? facts : { ...facts, verified };
}

/** The user with the one address of a second factor replaced, or without any. */
function withTarget(ctx: ProjectContext, facts: UserFacts, { name, target }: { name: "email" | "phone_number"; target: string | null }): UserFacts {
  const type = name === "email" ? "oob_otp_email" : "oob_otp_sms";
  const wanted = target === null ? undefined : checkOtpTarget(ctx.project.config, { type: name === "email" ? "email" : "phone", target });
  const present = facts.authenticators.filter((one) => one.kind === "secondary" && one.type === type);
  const kept = present.find(({ email, phone }) => wanted !== undefined && (email ?? phone) === wanted);
  const added = wanted === undefined || kept ? facts : withAuthenticators(facts, [makeAuthenticator(ctx, facts.user.id, { type, kind: "secondary", target: wanted })], []);
  return present.filter((one) => one !== kept).reduce((after, { id }) => withoutAuthenticator(after, id), added);
}

function withStatus(ctx: ProjectContext, facts: UserFacts, { record, warnings }: { record: ImportRecord; warnings: string[] }): UserFacts {
  let { status } = facts.user;
  if (record.disabled !== undefined) {
    const next = withDisabled(status, { disabled: record.disabled, now: ctx.now() });
    if (isApiError(next)) warnings.push(next.message);
    else status = next;
  }
  return { ...facts, user: { ...facts.user, status: withValidPeriod(status, record, ctx.now()) } };
}

function withAttributes(ctx: ProjectContext, facts: UserFacts, record: ImportRecord): UserFacts {
  const { config } = ctx.project;
  const claims = facts.identities.map((identity) => identity.claims);
  const standardAttributes = populateAttributes(readStandardAttributes(config, record, facts.user.standardAttributes), claims);
  const customAttributes = readCustomAttributes(config, record, facts.user.customAttributes);
  return { ...facts, user: { ...facts.user, standardAttributes, customAttributes } };
}

/** How a record changes a user (spec: user model §10.1, column Upsert): passwords and TOTP stay. Throws what the record's outcome tells. */
export function planUpsert(ctx: ProjectContext, prepared: PreparedRecord, { facts, around }: { facts: UserFacts; around: Surroundings }): UpsertPlan {
  const { record, identifier } = prepared;
  const warnings: string[] = [];
  const states = [facts];
  const last = () => states.at(-1) as UserFacts;
  for (const field of identifiers) if (field !== identifier) states.push(withField(ctx, last(), { prepared, around, field, warnings }));
  let after = withVerified(ctx, last(), { record, warnings });
  after = withAttributes(ctx, after, record);
  after = withStatus(ctx, after, { record, warnings });
  const memberships = readMemberships(around, record);
  for (const name of ["email", "phone_number"] as const) {
    const target = record.mfa?.[name];
    if (target !== undefined) after = withTarget(ctx, after, { name, target });
  }
  return { states: [...states, after], memberships, warnings };
}
