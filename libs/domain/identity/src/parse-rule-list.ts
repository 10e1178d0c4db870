import { RE2JS } from "re2js";
import { foldNormalised } from "./fold-case.js";

/** A text resource of rules (spec: project configuration §9). */
export interface RuleList {
  /** True when a text in one of its forms (case-folded) is listed, false when a `!` rule exempts it, undefined when no rule speaks of it. The last rule decides. */
  decide(...forms: readonly string[]): boolean | undefined;
}

interface Rule {
  position: number;
  listed: boolean;
}

/** More patterns than this in one file are not read: each costs time for every new login id. */
const MAX_PATTERNS = 1000;

/** The lines of a text resource that say something: trimmed, without blank ones and `#` comments. */
export function meaningfulLines(text: string): string[] {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Linear in the text (RE2). A pattern that does not compile is left out. */
function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}

/**
 * Reads a list: one exact text or `/pattern/` a line, `!` in front exempts, `#` starts a comment. Exact texts compare case-folded; patterns see the folded text.
 * `otherForm` gives another form under which an exact text is known.
 */
export function parseRuleList(text: string, otherForm: (exact: string) => string | undefined = () => undefined): RuleList {
  const exact = new Map<string, Rule>();
  const patterns: (Rule & { pattern: RE2JS })[] = [];
  for (const [position, line] of meaningfulLines(text).entries()) {
    const listed = !line.startsWith("!");
    const body = listed ? line : line.slice(1).trim();
    const source = /^\/(.+)\/$/.exec(body)?.[1];
    const pattern = source === undefined || patterns.length >= MAX_PATTERNS ? undefined : compile(source);
    if (pattern) patterns.push({ position, listed, pattern });
    else if (source === undefined) {
      const folded = foldNormalised(body, "NFC");
      for (const form of [folded, otherForm(folded)]) if (form !== undefined) exact.set(form, { position, listed });
    }
  }
  return {
    decide(...forms) {
      const named = forms.map((form) => exact.get(form)).filter((rule) => rule !== undefined);
      const matched = patterns.filter(({ pattern }) => forms.some((form) => pattern.matcher(form).find()));
      return [...named, ...matched].sort((a, b) => b.position - a.position)[0]?.listed;
    },
  };
}
