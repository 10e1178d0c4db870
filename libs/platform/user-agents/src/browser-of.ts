import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "yaml";

/** A browser, or another program that a header names. */
export interface Browser {
  family: string;
  /** Major, minor and patch number, as far as they are told: `126.0.1`; empty where none is. */
  version: string;
}

interface Rule {
  regex: string;
  family_replacement?: string;
  v1_replacement?: string;
  v2_replacement?: string;
  v3_replacement?: string;
}

type Parser = Omit<Rule, "regex"> & { pattern: RegExp };

/** Longer headers are cut: no browser sends more, and the rules are searched from every character. */
const MAX_LENGTH = 512;

/** The rules of uap-core for user agents, read when they are first asked for. */
class BrowserRules {
  private parsers?: readonly Parser[];

  find(userAgent: string): Browser | undefined {
    this.parsers ??= load();
    for (const parser of this.parsers) {
      const match = parser.pattern.exec(userAgent);
      if (match) return browser(parser, match);
    }
    return undefined;
  }
}

const rules = new BrowserRules();

/** The browser of a header by the rules of uap-core (its docs/specification.md, `user_agent_parsers`): the first rule that matches; undefined for none ("Other"). */
export function browserOf(userAgent: string): Browser | undefined {
  return userAgent === "" ? undefined : rules.find(userAgent.slice(0, MAX_LENGTH));
}

/** The rest of the file is about operating systems and devices. */
function load(): Parser[] {
  const file = createRequire(import.meta.url).resolve("uap-core/regexes.yaml");
  const [section = ""] = readFileSync(file, "utf8").split(/^os_parsers:/m, 1);
  const found = parse(section) as { user_agent_parsers: Rule[] };
  return found.user_agent_parsers.map(({ regex, ...rest }) => ({ ...rest, pattern: new RegExp(regex) }));
}

function browser(rule: Parser, match: RegExpExecArray): Browser | undefined {
  const filled = (replacement: string | undefined, group: number): string =>
    (replacement?.replaceAll(/\$(\d)/g, (_all, index: string) => match[Number(index)] ?? "") ?? match[group] ?? "").trim();
  const family = filled(rule.family_replacement, 1);
  if (family === "" || family === "Other") return undefined;
  const numbers = [filled(rule.v1_replacement, 2), filled(rule.v2_replacement, 3), filled(rule.v3_replacement, 4)];
  return { family, version: numbers.filter(Boolean).join(".") };
}
