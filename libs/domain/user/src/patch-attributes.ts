import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import { customAttribute } from "./attribute-checks.js";
import { checkCustomAttributes, checkStandardAttributes } from "./check-attributes.js";
import { NAMING, populateAttributes } from "./populate-attributes.js";
import type { UserFacts } from "./user-model.js";

/** One attribute of a user, by its pointer; without a value it goes. */
export interface PatchedAttribute {
  pointer: string;
  value?: unknown;
}

/**
 * The user with some attributes changed and the others left as they are, whatever they are. One that names the user must be a claim of his identities; without
 * a value it takes that of the newest one. Throws `ValidationFailed`.
 */
export function withPatchedAttributes(config: ProjectConfig, facts: UserFacts, patch: readonly PatchedAttribute[]): UserFacts {
  const named = patch.map(({ pointer, value }) => ({ name: pointer.slice(1), id: customAttribute(config, pointer.slice(1))?.id, value }));
  const claims = facts.identities.map((identity) => identity.claims);
  checkOwned(named, claims);
  const standard = named.filter(({ id }) => id === undefined);
  const custom = named.filter(({ id }) => id !== undefined);
  const attributes = {
    ...without(
      facts.user.standardAttributes,
      standard.map(({ name }) => name),
    ),
    ...checkStandardAttributes(config, byName(standard)),
  };
  const customAttributes = {
    ...without(
      facts.user.customAttributes,
      custom.map(({ id }) => id as string),
    ),
    ...checkCustomAttributes(config, byName(custom)),
  };
  return { ...facts, user: { ...facts.user, standardAttributes: populateAttributes(attributes, claims), customAttributes } };
}

type Named = readonly { name: string; value?: unknown }[];

const byName = (given: Named) => Object.fromEntries(given.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
const without = (attributes: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

function checkOwned(given: Named, claims: readonly Readonly<Record<string, unknown>>[]): void {
  const naming = given.filter(({ name, value }) => value !== undefined && (NAMING as readonly string[]).includes(name));
  const causes = naming.flatMap(({ name, value }) => {
    const expected: unknown[] = claims.map((claim) => claim[name]).filter((claimed) => claimed !== undefined);
    return expected.includes(value) ? [] : [{ location: `/${name}`, kind: "enum", details: { expected, actual: value } }];
  });
  if (causes.length > 0) throw validationFailed(causes);
}
