import { userExportNonUniqueFieldNames } from "@gatehouse/domain-errors";
import type { ProjectConfig } from "@gatehouse/domain-config";
import { compileSchema, Type, type Validator } from "@gatehouse/platform-schema";

/** Forms of an export. */
const exportFormats = ["csv", "ndjson"] as const;

/** A column of a CSV export. */
export interface ExportField {
  /** JSON pointer into the record (RFC 6901). */
  pointer: string;
  field_name?: string;
}

/** What starts an export. */
export interface ExportRequest {
  format: (typeof exportFormats)[number];
  csv?: { fields?: ExportField[] };
}

/** What JSON can say and no database keeps: NUL, and halves of characters. */
const KEEPABLE = "^[^\\u0000\\p{Cs}]*$";
const field = {
  type: "object",
  additionalProperties: false,
  required: ["pointer"],
  properties: { pointer: { type: "string", format: "json-pointer", minLength: 1, pattern: KEEPABLE }, field_name: { type: "string", minLength: 1, pattern: KEEPABLE } },
};
const csv = { type: "object", additionalProperties: false, properties: { fields: { type: "array", minItems: 1, maxItems: 1000, items: field } } };

/** The body of `POST /_api/admin/users/export` (spec: user model §11). */
export const exportRequestSchema = compileSchema(
  Type.Unsafe<ExportRequest>({
    ...{ type: "object", additionalProperties: false, required: ["format"] },
    properties: { format: { type: "string", enum: [...exportFormats] }, csv },
  } as never),
) as Validator<ExportRequest>;

/** A column: its name, and the way to its value. */
export interface Column {
  name: string;
  path: readonly string[];
}

/** The columns of an export that names none, without the custom attributes; `family_name` is not among them (spec: user model §11). */
const DEFAULT_POINTERS = [
  ...["/sub", "/preferred_username", "/email", "/phone_number", "/email_verified", "/phone_number_verified", "/name", "/given_name", "/middle_name", "/nickname", "/profile"],
  ...["/picture", "/website", "/gender", "/birthdate", "/zoneinfo", "/locale", "/address/formatted", "/address/street_address", "/address/locality", "/address/region"],
  ...["/address/postal_code", "/address/country", "/roles", "/groups", "/disabled", "/created_at", "/delete_at", "/last_login_at", "/is_anonymized", "/anonymize_at"],
  ...["/temporarily_disabled_from", "/temporarily_disabled_until", "/account_valid_from", "/account_valid_until", "/identities", "/mfa/emails", "/mfa/phone_numbers"],
  ...["/mfa/totps", "/biometric_count", "/passkey_count"],
] as const;

const pathOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

/** The columns of a CSV export. Throws UserExportNonUniqueFieldNames. */
export function columnsOf(config: ProjectConfig, { csv: asked }: ExportRequest): Column[] {
  const custom = (config.user_profile.custom_attributes.attributes ?? []).map(({ pointer }) => `/custom_attributes${pointer}`);
  const fields: readonly ExportField[] = asked?.fields ?? [...DEFAULT_POINTERS, ...custom].map((pointer) => ({ pointer }));
  const columns = fields.map(({ pointer, field_name }) => ({ path: pathOf(pointer), name: field_name ?? pathOf(pointer).join(".") }));
  const names = columns.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, position) => names.indexOf(name) !== position))];
  if (twice.length > 0) throw userExportNonUniqueFieldNames({ field_names: twice });
  return columns;
}
