import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { PasswordPolicy } from "./flow-paths.js";

/** What the password must be like; a script marks what is met while somebody types. */
export function passwordRules(policy: PasswordPolicy = {}): Markup {
  const wanted: readonly (readonly [boolean | undefined, PageTextKey, string])[] = [
    [policy.uppercase_required, "v2.rule.uppercase", "[A-Z]"],
    [policy.lowercase_required, "v2.rule.lowercase", "[a-z]"],
    [policy.alphabet_required, "v2.rule.alphabet", "[a-zA-Z]"],
    [policy.digit_required, "v2.rule.digit", "[0-9]"],
    [policy.symbol_required, "v2.rule.symbol", "[^a-zA-Z0-9]"],
    [(policy.minimum_zxcvbn_score ?? 0) > 0, "v2.rule.guessable", ""],
  ];
  const length = String(policy.minimum_length ?? 8);
  const rest = wanted.flatMap(([on, key, pattern]) => (on ? [{ text: pageText(key), pattern }] : []));
  const list = [{ text: pageText("v2.rule.length", { length }), pattern: `^[^]{${length},}$` }, ...rest];
  if (list.length === 1) return html`<p class="hint" id="password-rules">${pageText("v2.page.create-password.default.rules", { length: String(policy.minimum_length ?? 8) })}</p>`;
  return html`<ul class="plain hint" id="password-rules">${list.map(({ text, pattern }) => html`<li${pattern && html` data-rule="${pattern}"`}>${text}</li>`)}</ul>`;
}
