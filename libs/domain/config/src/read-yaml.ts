import { validationFailed } from "@gatehouse/domain-errors";
import { parse } from "yaml";

/** Characters a configuration file may have. */
const MAX_LENGTH = 1 << 20;
/** How many nodes aliases may stand for; keeps a small text from growing without bound ("billion laughs"). */
const MAX_ALIASES = 100;

/** How deep a document may be nested. */
const MAX_DEPTH = 64;

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((child) => isDeeper(child, depth - 1));
}

/** Reads the YAML text of a configuration file. Throws Invalid/ValidationFailed with the reader's message for a text that is no YAML, too long, too deep, or multiplies itself by aliases. */
export function readYaml(text: string, message: string): unknown {
  const refuse = (msg: string) => validationFailed([{ location: "", kind: "general", details: { msg } }], message);
  if (text.length > MAX_LENGTH) throw refuse(`the file has more than ${MAX_LENGTH} characters`);
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: MAX_ALIASES, logLevel: "error" });
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (isDeeper(value, MAX_DEPTH)) throw refuse(`the file is nested deeper than ${MAX_DEPTH} levels`);
  return value;
}
