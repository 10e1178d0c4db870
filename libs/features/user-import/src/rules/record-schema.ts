import { foreignHashTypes } from "@gatehouse/platform-crypto";
import { compileSchema, Type, type Validator } from "@gatehouse/platform-schema";

/** Fields by which a record finds its user. */
export const identifiers = ["preferred_username", "email", "phone_number"] as const;
/** One of them. */
export type Identifier = (typeof identifiers)[number];

/** Standard attributes beside those that name the user (spec: user model §7.1). */
export const plainAttributes = [
  ...["name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale"],
  "address",
] as const;

/** A password of another product. The members beside `type`, `password_hash` and `expire_after` belong to `firebase-scrypt`. */
export interface ImportedPassword {
  type: (typeof foreignHashTypes)[number];
  password_hash: string;
  expire_after?: string;
  salt?: string;
  salt_separator?: string;
  signer_key?: string;
  rounds?: number;
  mem_cost?: number;
}

/** A record whose form is right (spec: user model §10.1). */
export interface ImportRecord {
  preferred_username?: string | null;
  email?: string | null;
  phone_number?: string | null;
  email_verified?: boolean;
  phone_number_verified?: boolean;
  custom_attributes?: Record<string, unknown>;
  roles?: string[];
  groups?: string[];
  disabled?: boolean;
  account_valid_from?: string;
  account_valid_until?: string;
  password?: ImportedPassword;
  mfa?: { email?: string | null; phone_number?: string | null; password?: ImportedPassword; totp?: { secret: string } };
  [attribute: string]: unknown;
}

const text = { type: "string" };
const textOrNull = { type: ["string", "null"] };
const keys = { type: "array", items: { type: "string", minLength: 1 } };
const time = { type: "string", format: "date-time" };
const closed = (properties: Record<string, object>, required: string[] = []) => ({ type: "object", additionalProperties: false, properties, required });

const password = closed(
  {
    type: { type: "string", enum: [...foreignHashTypes] },
    password_hash: text,
    expire_after: time,
    ...{ salt: text, salt_separator: text, signer_key: text, rounds: { type: "integer" }, mem_cost: { type: "integer" } },
  },
  ["type", "password_hash"],
);
const totp = closed({ secret: text }, ["secret"]);

const recordBy = (identifier: Identifier) =>
  closed(
    {
      ...Object.fromEntries(identifiers.map((name) => [name, name === identifier ? text : textOrNull])),
      ...Object.fromEntries(plainAttributes.map((name) => [name, name === "address" ? { type: ["object", "null"] } : textOrNull])),
      ...{ email_verified: { type: "boolean" }, phone_number_verified: { type: "boolean" }, disabled: { type: "boolean" } },
      ...{ roles: keys, groups: keys, account_valid_from: time, account_valid_until: time },
      custom_attributes: { type: "object" },
      password,
      mfa: closed({ email: textOrNull, phone_number: textOrNull, password, totp }),
    },
    [identifier],
  );

const compiled = <T>(schema: object): Validator<T> => compileSchema(Type.Unsafe<T>(schema as never)) as Validator<T>;

/** Checks of a record, by the import's identifier. */
export const recordSchemas: Readonly<Record<Identifier, Validator<ImportRecord>>> = {
  preferred_username: compiled(recordBy("preferred_username")),
  email: compiled(recordBy("email")),
  phone_number: compiled(recordBy("phone_number")),
};
/** Checks of the parts that hold secrets. */
export const passwordSchema = compiled<ImportedPassword>(password);
export const totpSchema = compiled<{ secret: string }>(totp);

/** What starts an import. Records are checked one by one when their turn comes. */
export interface ImportRequest {
  identifier: Identifier;
  upsert?: boolean;
  records: Record<string, unknown>[];
}

/** The body of `POST /_api/admin/users/import` (spec: user model §10). */
export const importRequestSchema = compiled<ImportRequest>(
  closed(
    {
      upsert: { type: "boolean" },
      identifier: { type: "string", enum: [...identifiers] },
      records: { type: "array", minItems: 1, items: { type: "object" } },
    },
    ["identifier", "records"],
  ),
);
