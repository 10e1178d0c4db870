import { furtherFunctions } from "./further-functions.js";
import { goFunctions } from "./go-functions.js";
import { listFunctions } from "./list-functions.js";
import { numberFunctions } from "./number-functions.js";
import { textFunctions } from "./text-functions.js";
import { timeFunctions } from "./time-functions.js";
import { urlFunctions } from "./url-functions.js";
import type { TemplateFunction } from "./values.js";
import { versionFunctions } from "./version-functions.js";

/** Functions that need the renderer: they fill other templates, or stop early. */
const RENDERER_FUNCTIONS: ReadonlySet<string> = new Set(["and", "or", "include", "translate", "call"]);

const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ...goFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...timeFunctions,
  ...versionFunctions,
  ...urlFunctions,
  ...furtherFunctions,
]);

/** Sprig's `mustX` fails where its `x` is lenient. Here `x` fails already, but for those that have a `mustX` of their own. */
const lenientName = (name: string): string => (/^must[A-Z]/.test(name) ? name.charAt(4).toLowerCase() + name.slice(5) : name);
/** The functions that have a strict form. */
const STRICT: ReadonlySet<string> = new Set(
  (
    "append chunk compact deepCopy first has initial last merge mergeOverwrite prepend push rest reverse slice toJson toPrettyJson toRawJson uniq without " +
    "regexFind regexFindAll regexMatch regexReplaceAll regexReplaceAllLiteral regexSplit"
  ).split(" "),
);

/** A function that needs nothing but its arguments; undefined for others. */
export const functionOf = (name: string): TemplateFunction | undefined => functions.get(name) ?? (STRICT.has(lenientName(name)) ? functions.get(lenientName(name)) : undefined);

/** Whether templates may use a function: Go's without `print`, `printf`, `println`, and Sprig's hermetic ones. */
export const isKnownFunction = (name: string): boolean => functionOf(name) !== undefined || RENDERER_FUNCTIONS.has(name);
