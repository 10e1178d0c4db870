import { fold, LONGEST_VALUE, wordsOf } from "../analyse-text.js";
import { EXACT_FIELDS, PREFIX_FIELDS, TEXT_FIELDS, type UserDocument } from "../user-document.js";
import type { UserSearchQuery } from "../user-search-query.js";

/** Marks that tell kinds of terms apart. */
const [EXACT, BEGINNING, WORD, ROLE, GROUP] = ["=", "~", "w", "r", "g"] as const;
/** A keyword of fewer bytes matches whole values only. */
const SHORTEST_PREFIX_BYTES = 3;
const MOST_WORDS = 100;
const MOST_KEYWORD_WORDS = 8;
/** Nobody has so many. */
const MOST_LABELS = 1_000;

const bytes = (text: string): number => new TextEncoder().encode(text).length;
const unique = (terms: readonly string[]): string[] => [...new Set(terms)].sort();

/** What a user is found by. */
export function termsOf(document: UserDocument): string[] {
  const values = (fields: readonly (keyof UserDocument)[]): string[] => fields.flatMap((field) => (document[field] ?? []) as string | string[]);
  const beginnings = values(PREFIX_FIELDS);
  const short = beginnings.filter((value) => bytes(value) < SHORTEST_PREFIX_BYTES);
  const words = unique(values(TEXT_FIELDS).flatMap(wordsOf)).slice(0, MOST_WORDS);
  return unique([
    ...[...values(EXACT_FIELDS), ...short].map((value) => EXACT + value),
    ...withoutOwnPrefixes(beginnings.map(fold)).map((value) => BEGINNING + value),
    ...words.map((word) => WORD + word),
    ...(document.role_key ?? []).map((key) => ROLE + key),
    ...(document.group_key ?? []).map((key) => GROUP + key),
  ]);
}

/** Leaves out what begins another value, as the local part does its email address: whoever looks for its beginning finds the longer one. */
function withoutOwnPrefixes(values: readonly string[]): string[] {
  const sorted = unique(values);
  return sorted.filter((value, index) => !sorted[index + 1]?.startsWith(value));
}

/** Users one of whose terms is in `exact` or begins with one of `prefixes`. */
export interface Clause {
  exact: string[];
  prefixes: string[];
}

/** Users who match every clause of any of the lists. No list: nobody. */
export type Alternatives = Clause[][];

/** What a query asks of the terms: keyword, and every role and every group (spec: admin API §7). */
export function alternativesOf({ keyword, roleKeys = [], groupKeys = [] }: UserSearchQuery): Alternatives {
  const required = [...roleKeys.map((key) => ROLE + key), ...groupKeys.map((key) => GROUP + key)];
  if ([keyword ?? "", ...required].some((text) => text.includes("\0") || !text.isWellFormed())) return [];
  const filters = unique(required).map((term): Clause => ({ exact: [term], prefixes: [] }));
  if (filters.length > MOST_LABELS) return [];
  if (keyword === undefined) return [filters];
  if ([...keyword].length > LONGEST_VALUE) return [];
  return keywordAlternatives(keyword).map((clauses) => [...clauses, ...filters]);
}

function keywordAlternatives(keyword: string): Alternatives {
  const long = bytes(keyword) >= SHORTEST_PREFIX_BYTES;
  const words = wordsOf(keyword).slice(0, MOST_KEYWORD_WORDS);
  const last = words.pop();
  const whole: Clause = { exact: [EXACT + keyword], prefixes: long ? [BEGINNING + fold(keyword)] : [] };
  if (last === undefined) return [[whole]];
  const lastWord: Clause = long ? { exact: [], prefixes: [WORD + last] } : { exact: [WORD + last], prefixes: [] };
  if (words.length === 0) return [[{ exact: [...whole.exact, ...lastWord.exact], prefixes: [...whole.prefixes, ...lastWord.prefixes] }]];
  return [[whole], [...words.map((word): Clause => ({ exact: [WORD + word], prefixes: [] })), lastWord]];
}
