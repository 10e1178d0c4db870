import { validationFailed } from "@gatehouse/domain-errors";

const MAX_DEPTH = 32;
const isKeepable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

/** Why a record cannot even be kept until its turn comes: it nests deeper than anything sensible, or has a number such as 1e400 that JSON can write and nobody can hold. Walks without recursion: a hostile value may be very deep. */
export function whyUnkeepable(record: unknown): string | undefined {
  let level: unknown[] = [record];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    if (level.some((one) => typeof one === "number" && !Number.isFinite(one))) return "the record has a number out of range";
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return undefined;
  }
  return "the record nests too deep";
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
