import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { PasswordPolicy } from "./flow-paths.js";

/** By the level of a password: none, then 1 to 5. */
const LEVELS: readonly PageTextKey[] = ["v2.strength.none", "v2.strength.1", "v2.strength.2", "v2.strength.3", "v2.strength.4", "v2.strength.5"];

/** What the password must be like, and how strong it is; a script marks what is met and shows the strength while somebody types (spec: auth UI §13). */
export function passwordRules(policy: PasswordPolicy = {}): Markup {
  return html`${ruleList(policy)}${strengthMeter()}`;
}

function ruleList(policy: PasswordPolicy): Markup {
  const level = (policy.minimum_zxcvbn_score ?? 0) + 1;
  const wanted: readonly (readonly [boolean | undefined, PageTextKey, string])[] = [
    [policy.uppercase_required, "v2.rule.uppercase", "[A-Z]"],
    [policy.lowercase_required, "v2.rule.lowercase", "[a-z]"],
    [policy.alphabet_required, "v2.rule.alphabet", "[a-zA-Z]"],
    [policy.digit_required, "v2.rule.digit", "[0-9]"],
    [policy.symbol_required, "v2.rule.symbol", "[^a-zA-Z0-9]"],
  ];
  const length = String(policy.minimum_length ?? 8);
  const long = `^[^]{${length},}$`;
  const rest = wanted.flatMap(([on, key, pattern]) => (on ? [html`<li data-rule="${pattern}">${pageText(key)}</li>`] : []));
  const guessable = level > 1 ? [html`<li data-level="${level}">${pageText("v2.rule.guessable")}</li>`] : [];
  if (rest.length + guessable.length === 0)
    return html`<p class="hint" id="password-rules"><span data-rule="${long}">${pageText("v2.page.create-password.default.rules", { length })}</span></p>`;
  return html`<ul class="plain hint" id="password-rules"><li data-rule="${long}">${pageText("v2.rule.length", { length })}</li>${rest}${guessable}</ul>`;
}

/** Shows itself where there is a script that knows how strong a password is. */
function strengthMeter(): Markup {
  const texts = JSON.stringify(LEVELS.map((key) => pageText(key)));
  const bars = Array.from({ length: 5 }, () => html`<span></span>`);
  return html`<div class="strength" hidden data-strength="${texts}" data-reached="0"><div class="bars" role="meter" aria-label="${pageText("v2.strength.label")}" aria-valuemin="0" aria-valuemax="5" aria-valuenow="0">${bars}</div><p class="hint" aria-hidden="true"></p></div>`;
}
