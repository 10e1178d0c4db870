import { validationFailed } from "@gatehouse/domain-errors";
import { type CheckedLoginId, checkLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ApiError, isApiError } from "@gatehouse/platform-errors-core";
import { checkTexts } from "./check-texts.js";
import type { PlacedRecord } from "./record-detail.js";
import { type Identifier, identifiers, type ImportRecord, recordSchemas } from "./record-schema.js";

/** Keys of login ids that records write, whatever other keys the project has. */
export const BUILT_IN_KEYS: Readonly<Record<Identifier, string>> = { preferred_username: "username", email: "email", phone_number: "phone" };

/** A record of the right form, ready to be compared with what is there. */
export interface PreparedRecord extends PlacedRecord {
  record: ImportRecord;
  identifier: Identifier;
  /** The identifier's value as it came: users are found by it. */
  value: string;
  /** The login ids it names, checked; only those whose key the project has. What is wrong with one is told only when it is written. */
  loginIds: Partial<Record<Identifier, CheckedLoginId | ApiError>>;
}

/** Whether the project has the login id key that a field is written to. */
export function isAllowed({ project }: ProjectContext, field: Identifier): boolean {
  return project.config.identity.login_id.keys.some(({ key, type }) => (key ?? type) === BUILT_IN_KEYS[field]);
}

/** The login id of a field as it would be stored. Email domains are not looked up in block lists (spec: user model §10.1). */
function checked({ project }: ProjectContext, field: Identifier, value: string): CheckedLoginId | ApiError {
  try {
    return checkLoginId(project, { key: BUILT_IN_KEYS[field], value, skipEmailBlocklist: true });
  } catch (error) {
    if (isApiError(error)) return error;
    throw error;
  }
}

/** Checks the form of a record. Throws ValidationFailed. */
export function prepareRecord(ctx: ProjectContext, { index, record }: PlacedRecord, identifier: Identifier): PreparedRecord {
  const schema = recordSchemas[identifier];
  if (!schema.is(record)) throw validationFailed(schema.causes(record), "invalid record");
  checkTexts(record);
  const named = identifiers.filter((field) => typeof record[field] === "string" && isAllowed(ctx, field));
  const loginIds = Object.fromEntries(named.map((field) => [field, checked(ctx, field, record[field] as string)]));
  return { index, record, identifier, value: record[identifier] as string, loginIds };
}
