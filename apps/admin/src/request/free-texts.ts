import { validationFailed } from "@gatehouse/domain-errors";

/** Refuses texts of an input that PostgreSQL cannot keep. Throws ValidationFailed, with a cause for each field that holds NUL. */
export function checkFreeTexts(texts: Readonly<Record<string, string | null | undefined>>): void {
  const refused = Object.keys(texts).filter((name) => texts[name]?.includes("\0"));
  if (refused.length === 0) return;
  throw validationFailed(refused.map((name) => ({ location: `/${name}`, kind: "format", details: { error: "invalid text", format: "text" } })));
}
