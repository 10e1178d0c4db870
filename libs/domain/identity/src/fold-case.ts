const foldOne = (character: string): string => (character === "ı" ? character : character.toLowerCase().toUpperCase().toLowerCase());

/**
 * Full case folding of each character (Unicode §3.13), so that `ß`, `ẞ` and `SS` meet in `ss`, and `ς` and `Σ` in `σ`.
 * Upper-casing finds the members of a class, lower-casing its name; `ı` alone is a class of its own.
 */
export const foldCase = (text: string): string => Array.from(text, foldOne).join("");

/** More rounds than any text needs: two are enough for a stable one (Unicode §3.13, NFKC_Casefold). */
const ROUNDS = 4;

/** Case-folded and normalised, such that doing it again changes nothing. */
export function foldNormalised(text: string, form: "NFC" | "NFKC"): string {
  let folded = text.normalize(form);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = foldCase(folded).normalize(form);
    if (next === folded) break;
    folded = next;
  }
  return folded;
}
