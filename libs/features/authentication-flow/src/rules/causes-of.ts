import type { ApiError } from "@gatehouse/platform-errors-core";

const MAX_CAUSES = 5;
/** What may stand in a trace of where a cause is: names of members, nothing that somebody typed. */
const PLACE = /^[\w/]{1,60}$/;

/** What an error's reason alone does not say, in the words of its info: the kind of an invariant, what is wrong where in an input, what a password lacks. */
export function causesOf({ info }: ApiError): string[] {
  const { cause, causes } = (info ?? {}) as { cause?: { kind?: unknown }; causes?: { Name?: string; kind?: string; location?: string }[] };
  if (typeof cause?.kind === "string") return [cause.kind];
  if (!Array.isArray(causes)) return [];
  const told = causes.map(({ Name, kind = "", location = "" }) => Name ?? `${kind} ${PLACE.test(location) ? location : "/"}`);
  return [...new Set(told)].slice(0, MAX_CAUSES);
}
