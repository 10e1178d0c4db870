import { invalidJwtMutations } from "@gatehouse/domain-errors";
import type { HookWishes, UserMutations } from "./hook-response.js";

/** What all handlers of an event asked for together. */
export interface HookOutcome {
  /** The payload after every mutation; the event's own when nothing was changed. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** All four parts of the user, when any handler changed one; write them back. */
  readonly user?: Required<UserMutations>;
  /** Claims of the token, when any handler changed them. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The last answer that had one. */
  readonly constraints?: HookWishes["constraints"];
  readonly botProtection?: HookWishes["bot_protection"];
  readonly rateLimits?: HookWishes["rate_limits"];
}

/** Same JSON value, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const other = b as Record<string, unknown>;
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson((a as Record<string, unknown>)[key], other[key]));
}

/** Claims may be added, never removed or changed. Throws Invalid/InvalidJWTMutations. */
export function checkClaims(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): void {
  const removed = Object.keys(before).filter((claim) => !Object.hasOwn(after, claim));
  const changed = Object.keys(before).filter((claim) => Object.hasOwn(after, claim) && !sameJson(before[claim], after[claim]));
  if (removed.length > 0 || changed.length > 0) throw invalidJwtMutations({ removed: removed.sort(), changed: changed.sort() });
}

const userParts = ["standard_attributes", "custom_attributes", "roles", "groups"] as const;

function withUser(outcome: HookOutcome, change: UserMutations): HookOutcome {
  const before = outcome.payload.user as Record<string, unknown>;
  const changed = userParts.filter((part) => change[part] !== undefined);
  if (changed.length === 0) return outcome;
  const user: Record<string, unknown> = { ...before };
  for (const part of changed) user[part] = change[part];
  const { standard_attributes = {}, custom_attributes = {}, roles = [], groups = [] } = user as UserMutations;
  return { ...outcome, payload: { ...outcome.payload, user }, user: { standard_attributes, custom_attributes, roles, groups } };
}

function withClaims(outcome: HookOutcome, key: "jwt" | "id_token", claims: Record<string, unknown>): HookOutcome {
  checkClaims((outcome.payload[key] as { payload: Record<string, unknown> }).payload, claims);
  return { ...outcome, payload: { ...outcome.payload, [key]: { ...(outcome.payload[key] as object), payload: claims } }, claims };
}

/** The outcome after one more handler; the next handler gets its payload. Later constraints, modes and weights replace earlier ones. */
export function applyWishes(outcome: HookOutcome, wishes: HookWishes): HookOutcome {
  const { mutations, constraints, bot_protection, rate_limits } = wishes;
  let next: HookOutcome = {
    ...outcome,
    ...(constraints ? { constraints } : {}),
    ...(bot_protection ? { botProtection: bot_protection } : {}),
    ...(rate_limits ? { rateLimits: rate_limits } : {}),
  };
  if (mutations?.user) next = withUser(next, mutations.user);
  if (mutations?.jwt) next = withClaims(next, "jwt", mutations.jwt.payload);
  if (mutations?.id_token) next = withClaims(next, "id_token", mutations.id_token.payload);
  return next;
}
