import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { PasswordPolicy } from "./flow-paths.js";

/** What the password must be like. */
export function passwordRules(policy: PasswordPolicy = {}): Markup {
  const wanted: readonly (readonly [boolean | undefined, PageTextKey])[] = [
    [policy.uppercase_required, "v2.rule.uppercase"],
    [policy.lowercase_required, "v2.rule.lowercase"],
    [policy.alphabet_required, "v2.rule.alphabet"],
    [policy.digit_required, "v2.rule.digit"],
    [policy.symbol_required, "v2.rule.symbol"],
    [(policy.minimum_zxcvbn_score ?? 0) > 0, "v2.rule.guessable"],
  ];
  const list = [pageText("v2.rule.length", { length: String(policy.minimum_length ?? 8) }), ...wanted.flatMap(([on, key]) => (on ? [pageText(key)] : []))];
  if (list.length === 1) return html`<p class="hint" id="password-rules">${pageText("v2.page.create-password.default.rules", { length: String(policy.minimum_length ?? 8) })}</p>`;
  return html`<ul class="plain hint" id="password-rules">${list.map((rule) => html`<li>${rule}</li>`)}</ul>`;
}
