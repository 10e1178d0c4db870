import type { ProjectConfig } from "@gatehouse/domain-config";
import { checkCustomAttributes, checkStandardAttributes } from "./check-attributes.js";
import { NAMING, populateAttributes } from "./populate-attributes.js";
import type { UserFacts } from "./user-model.js";

/** Attributes by name that replace a user's; what is absent or null stays. */
export interface WrittenAttributes {
  standard?: Readonly<Record<string, unknown>> | null;
  custom?: Readonly<Record<string, unknown>> | null;
  /** Whether the user's identities may be others by the time of writing, so that whose an address is can only be told then. */
  namedLater?: boolean;
}

/**
 * The user with whole sets of attributes replaced, without limits of access (spec: user model §7; admin API §8.1): unknown custom ones are dropped, and what names
 * the user is filled in from his identities. Throws `ValidationFailed`, and a plain error for an address or user name that is none of the user's.
 */
export function withWrittenAttributes<F extends UserFacts>(config: ProjectConfig, facts: F, { standard, custom, namedLater }: WrittenAttributes): F {
  const user = { ...facts.user };
  if (standard) user.standardAttributes = named(checkStandardAttributes(config, standard), facts, namedLater ?? false);
  if (custom) user.customAttributes = checkCustomAttributes(config, custom);
  return { ...facts, user };
}

const claimsOf = ({ identities }: Pick<UserFacts, "identities">) => identities.map(({ claims }) => claims);

/** The attributes with what names the user; what of it is given stays as it is while that is decided later. */
function named(attributes: Record<string, unknown>, facts: UserFacts, later: boolean): Record<string, unknown> {
  if (!later) return populateAttributes(owned(attributes, facts), claimsOf(facts));
  return { ...populateAttributes(attributes, claimsOf(facts)), ...attributes };
}

/** The attributes, when those that name the user are claims of his identities. */
function owned(attributes: Record<string, unknown>, facts: UserFacts): Record<string, unknown> {
  const foreign = NAMING.find((name) => attributes[name] !== undefined && !claimsOf(facts).some((claims) => claims[name] === attributes[name]));
  if (foreign) throw new Error(`the attribute ${foreign} is no claim of the user's identities`);
  return attributes;
}
