import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Cause } from "@gatehouse/platform-schema";
import { attributeCauses, causesAt, customAttribute } from "./attribute-checks.js";

/** An attribute that a flow asks for. */
export interface ListedAttribute {
  /** `/given_name`, or `/hobby` for a custom attribute. */
  pointer: string;
  required: boolean;
}

/** An attribute that a person gave. */
export interface GivenAttribute {
  pointer: string;
  value: unknown;
}

/** What a person filled in. */
export interface FilledProfile {
  /** By name. */
  standard: Record<string, unknown>;
  /** By attribute id. */
  custom: Record<string, unknown>;
  /** Listed attributes that were not given: standard ones by name, custom ones by id. */
  removed: string[];
}

/** Why what was given for an attribute is refused, or undefined when the flow does not ask for it. */
function givenCauses(config: ProjectConfig, listed: readonly string[], { pointer, value }: GivenAttribute): Cause[] | undefined {
  return listed.includes(pointer) ? attributeCauses(config, pointer.slice(1), value) : undefined;
}

function missingCauses(listed: readonly ListedAttribute[], given: readonly string[]): Cause[] {
  const expected = listed.filter(({ required }) => required).map(({ pointer }) => pointer);
  const missing = expected.filter((pointer) => !given.includes(pointer)).sort();
  const actual = given.length > 0 ? [...new Set(given)].sort() : null;
  return missing.length > 0 ? [{ location: "/attributes", kind: "required", details: { actual, expected: [...new Set(expected)].sort(), missing } }] : [];
}

/**
 * The attributes of a flow's step `fill_in_user_profile` (spec: authentication flow §6.9). Of one that is given twice the last value counts.
 * Throws `Invalid/ValidationFailed`: a required one is missing (`required` at `/attributes`), one is not listed (`enum` at its pointer), or a value breaks its rule.
 */
export function profileFromAttributes(config: ProjectConfig, listed: readonly ListedAttribute[], attributes: readonly GivenAttribute[]): FilledProfile {
  const pointers = listed.map(({ pointer }) => pointer);
  const given = attributes.map(({ pointer }) => pointer);
  const causes = attributes.flatMap((attribute, index): Cause[] => {
    const found = givenCauses(config, pointers, attribute);
    if (found) return causesAt(`/attributes/${index}/value`, found);
    return [{ location: `/attributes/${index}/pointer`, kind: "enum", details: { actual: attribute.pointer, expected: pointers } }];
  });
  const all = [...missingCauses(listed, given), ...causes];
  if (all.length > 0) throw validationFailed(all);
  const filled = attributes.map(({ pointer, value }) => ({ name: pointer.slice(1), id: customAttribute(config, pointer.slice(1))?.id, value }));
  return {
    standard: Object.fromEntries(filled.filter(({ id }) => id === undefined).map(({ name, value }) => [name, value])),
    custom: Object.fromEntries(filled.flatMap(({ id, value }) => (id === undefined ? [] : [[id, value]]))),
    removed: pointers.filter((pointer) => !given.includes(pointer)).map((pointer) => customAttribute(config, pointer.slice(1))?.id ?? pointer.slice(1)),
  };
}
