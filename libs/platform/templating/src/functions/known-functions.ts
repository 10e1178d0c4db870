import { goFunctions } from "./go-functions.js";
import { listFunctions } from "./list-functions.js";
import { numberFunctions } from "./number-functions.js";
import { textFunctions } from "./text-functions.js";
import type { TemplateFunction } from "./values.js";

/** Functions that need the renderer: they fill other templates, or stop early. */
export const RENDERER_FUNCTIONS: ReadonlySet<string> = new Set(["and", "or", "include", "translate", "call"]);

const functions: ReadonlyMap<string, TemplateFunction> = new Map([...goFunctions, ...textFunctions, ...numberFunctions, ...listFunctions]);

/** A function that needs nothing but its arguments; undefined for others. */
export const functionOf = (name: string): TemplateFunction | undefined => functions.get(name);

/** Whether templates may use a function: Go's without `print`, `printf`, `println`, and Sprig's hermetic ones. */
export const isKnownFunction = (name: string): boolean => functions.has(name) || RENDERER_FUNCTIONS.has(name);
