/** Longest value that is indexed, in characters: a B-tree entry has a bound, and no longer keyword can match. */
export const LONGEST_VALUE = 400;

/** A text as it is compared without regard to case. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Scripts written without spaces: each character counts as a word, as in Elasticsearch's standard analyzer. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}]/gu;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.][\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a text in lower case, in order (spec: admin API §7, "analysed text"). */
export function wordsOf(text: string): string[] {
  return fold(text).replace(UNSPACED, " $& ").match(WORD) ?? [];
}

/** A text cut to what is indexed; PostgreSQL keeps no NUL. */
export function cut(text: string): string {
  return [...text.replaceAll("\0", "").toWellFormed().trim()].slice(0, LONGEST_VALUE).join("");
}
