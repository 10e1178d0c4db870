import { duplicatedIdentity } from "@gatehouse/domain-errors";
import { type CheckedLoginId, checkOtpTarget } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type AccountStatus, normalStatus } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import type { AuthenticatorToMake, NewAccount } from "@gatehouse/record-accounts";
import { isAllowed, type PreparedRecord } from "./prepare-record.js";
import { readPasswords, readTotp } from "./read-authenticators.js";
import { readCustomAttributes, readStandardAttributes } from "./read-attributes.js";
import { withDisabled, withValidPeriod } from "./read-status.js";
import { identifiers, type ImportRecord } from "./record-schema.js";
import { checkDuplicate, type Memberships, readMemberships, type Surroundings } from "./surroundings.js";

/** A user to be made. */
export interface InsertPlan {
  account: NewAccount;
  status: AccountStatus;
  memberships: Memberships;
  warnings: string[];
}

function readLoginIds(ctx: ProjectContext, { record, loginIds }: PreparedRecord, warnings: string[]): CheckedLoginId[] {
  const found: CheckedLoginId[] = [];
  for (const field of identifiers) {
    if (record[field] === undefined) continue;
    if (record[field] === null) warnings.push(`${field} = null has no effect in insert.`);
    else if (!isAllowed(ctx, field)) warnings.push(`${field} is ignored because it is not an allowed login ID.`);
    else {
      const loginId = loginIds[field];
      if (isApiError(loginId)) throw loginId;
      if (loginId) found.push(loginId);
    }
  }
  return found;
}

function readVerified(record: ImportRecord, loginIds: readonly CheckedLoginId[], warnings: string[]): NonNullable<NewAccount["verified"]> {
  return (["email", "phone_number"] as const).flatMap((name) => {
    const flag = record[`${name}_verified`];
    const loginId = loginIds.find(({ type }) => type === (name === "email" ? "email" : "phone"));
    if (flag === undefined) return [];
    if (flag && loginId) return [{ name, value: loginId.value }];
    warnings.push(flag ? `${name}_verified = true has no effect when ${name} is absent.` : `${name}_verified = false has no effect in insert.`);
    return [];
  });
}

function readTargets({ project }: ProjectContext, { mfa }: ImportRecord, warnings: string[]): AuthenticatorToMake[] {
  return (["email", "phone_number"] as const).flatMap((name): AuthenticatorToMake[] => {
    const target = mfa?.[name];
    if (target === undefined) return [];
    if (target !== null && name === "email") return [{ type: "oob_otp_email", kind: "secondary", target: checkOtpTarget(project.config, { type: "email", target }) }];
    if (target !== null) return [{ type: "oob_otp_sms", kind: "secondary", target: checkOtpTarget(project.config, { type: "phone", target }) }];
    warnings.push(`mfa.${name} = null has no effect in insert.`);
    return [];
  });
}

function readStatus(ctx: ProjectContext, record: ImportRecord, warnings: string[]): AccountStatus {
  if (record.disabled === false) warnings.push("disabled = false has no effect in insert.");
  const disabled = record.disabled ? withDisabled(normalStatus, { disabled: true, now: ctx.now() }) : normalStatus;
  return withValidPeriod(isApiError(disabled) ? normalStatus : disabled, record, ctx.now());
}

/** The user that a record makes (spec: user model §10.1, column Insert). Throws what the record's outcome tells. */
export function planInsert(ctx: ProjectContext, prepared: PreparedRecord, around: Surroundings): InsertPlan {
  const { record } = prepared;
  const { config } = ctx.project;
  const warnings: string[] = [];
  const loginIds = readLoginIds(ctx, prepared, warnings);
  for (const [position, loginId] of loginIds.entries()) {
    checkDuplicate(around, loginId);
    if (loginIds.slice(0, position).some(({ uniqueKey }) => uniqueKey === loginId.uniqueKey)) throw duplicatedIdentity();
  }
  const verified = readVerified(record, loginIds, warnings);
  const standardAttributes = readStandardAttributes(config, record, {});
  const customAttributes = readCustomAttributes(config, record, {});
  const status = readStatus(ctx, record, warnings);
  const memberships = readMemberships(around, record);
  const authenticators = [...readPasswords(record), ...readTargets(ctx, record, warnings), ...readTotp(record)];
  return { account: { loginIds, verified, standardAttributes, customAttributes, authenticators }, status, memberships, warnings };
}
