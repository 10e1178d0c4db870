import type { ProjectConfig } from "@gatehouse/domain-config";
import { isPhoneNumber } from "@gatehouse/domain-identity";
import { type Cause, compileSchema, Type } from "@gatehouse/platform-schema";
import { isAttributeFormat } from "./attribute-formats.js";

/** What the value of an attribute must be. */
interface AttributeRule {
  schema: Record<string, unknown>;
  format?: string;
}

/** A custom attribute as configured (`user_profile.custom_attributes.attributes`). */
export type CustomAttribute = NonNullable<ProjectConfig["user_profile"]["custom_attributes"]["attributes"]>[number];

const text: AttributeRule = { schema: { type: "string", minLength: 1 } };
const formatted = (format: string): AttributeRule => ({ schema: { type: "string" }, format });
const members = ["formatted", "street_address", "locality", "region", "postal_code", "country"];

/** The rules of standard attributes (spec: user model §7.1). */
const standard: ReadonlyMap<string, AttributeRule> = new Map<string, AttributeRule>([
  ["email", formatted("email")],
  ["phone_number", formatted("phone")],
  ["preferred_username", text],
  ["family_name", text],
  ["given_name", text],
  ["picture", formatted("x_picture")],
  ["gender", text],
  ["birthdate", formatted("birthdate")],
  ["zoneinfo", formatted("timezone")],
  ["locale", formatted("bcp47")],
  ["name", text],
  ["nickname", text],
  ["middle_name", text],
  ["profile", formatted("uri")],
  ["website", formatted("uri")],
  ["address", { schema: { type: "object", properties: Object.fromEntries(members.map((name) => [name, text.schema])) } }],
]);

/** The rule of a custom attribute (spec: user model §7.2). */
function customRule({ type, minimum, maximum, enum: choices }: CustomAttribute): AttributeRule {
  switch (type) {
    case "string":
      return text;
    case "number":
    case "integer":
      return { schema: { type, minimum, maximum } };
    case "enum":
      return { schema: { type: "string", enum: choices ?? [] } };
    case "phone_number":
      return formatted("phone");
    case "url":
      return formatted("uri");
    case "country_code":
      return formatted("iso3166-1-alpha-2");
    case "email":
      return formatted("email");
  }
}

const fits = (config: ProjectConfig, format: string, value: string): boolean => (format === "phone" ? isPhoneNumber(config, value) : isAttributeFormat(format, value));

/** Levels of objects and lists in a value, beyond anything sensible. */
const MAX_DEPTH = 32;
const isInvalidText = (text: unknown): boolean => typeof text === "string" && /[\0\p{Cs}]/u.test(text);
const isBeyondNumbers = (number: unknown): boolean => typeof number === "number" && !Number.isFinite(number);

/**
 * Why a value cannot be kept: NUL characters and halves of surrogate pairs, numbers such as 1e400 that JSON can write and nobody can hold, or nesting. Walks without
 * recursion: a hostile value may be very deep.
 */
function unkeepable(value: unknown): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    if (level.some(isInvalidText)) return "invalid text";
    if (level.some(isBeyondNumbers)) return "number out of range";
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.entries(one).flat() : []));
    if (level.length === 0) return undefined;
  }
  return "nested too deeply";
}

function ruleCauses(config: ProjectConfig, { schema, format }: AttributeRule, value: unknown): Cause[] {
  const causes = compileSchema(Type.Unsafe(schema)).causes(value);
  const error = causes.length === 0 ? unkeepable(value) : undefined;
  if (error) return [{ location: "", kind: "format", details: { error, format: error === "number out of range" ? "number" : "text" } }];
  if (causes.length > 0 || format === undefined || fits(config, format, value as string)) return causes;
  return [{ location: "", kind: "format", details: { error: `invalid ${format}`, format } }];
}

/** Whether a name is that of a standard attribute people may write. */
export const isStandardAttribute = (name: string): boolean => standard.has(name);

/** The custom attribute of a name, if the project has one. */
export const customAttribute = (config: ProjectConfig, name: string): CustomAttribute | undefined =>
  config.user_profile.custom_attributes.attributes?.find(({ pointer }) => pointer === `/${name}`);

/** Why the value of an attribute is refused, with locations inside the value; undefined when there is no attribute of this name. */
export function attributeCauses(config: ProjectConfig, name: string, value: unknown): Cause[] | undefined {
  const declared = customAttribute(config, name);
  const rule = standard.get(name) ?? (declared && customRule(declared));
  return rule && ruleCauses(config, rule, value);
}

/** Causes told of a place further out. */
export const causesAt = (place: string, causes: readonly Cause[]): Cause[] => causes.map((cause) => ({ ...cause, location: `${place}${cause.location}` }));
