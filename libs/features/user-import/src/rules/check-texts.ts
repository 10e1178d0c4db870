import { validationFailed } from "@gatehouse/domain-errors";

const MAX_DEPTH = 32;
const isKeepable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

/** Whether a JSON value nests deeper than anything sensible. Walks without recursion: a hostile value may be very deep. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function isClean(value: unknown): boolean {
  if (typeof value === "string") return isKeepable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, member]) => isKeepable(key) && isClean(member));
}

/** Throws ValidationFailed for texts that no database keeps: NUL, and halves of characters. */
export function checkTexts(record: unknown): void {
  if (!isClean(record)) throw validationFailed([{ location: "", kind: "general", details: { msg: "texts must not contain NUL or unpaired surrogates" } }], "invalid record");
}
