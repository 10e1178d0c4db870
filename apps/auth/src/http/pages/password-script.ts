import { strengthLibrary } from "./script-libraries.js";

/** Fields of new passwords: rules are marked and the strength is shown while somebody types (spec: auth UI §13). */
export const passwordScript = `"use strict";
(() => {
  const chosen = document.querySelector('input[autocomplete="new-password"]');
  if (!chosen) return;
  const rules = document.querySelectorAll("#password-rules [data-rule]");
  const guessable = document.querySelector("#password-rules [data-level]");
  const box = document.querySelector("[data-strength]");
  let estimator;

  const estimate = () => {
    if (!estimator) return;
    const level = chosen.value === "" ? 0 : estimator.check(chosen.value).score + 1;
    const meter = box.querySelector("[role=meter]");
    const text = JSON.parse(box.dataset.strength)[level];
    box.dataset.reached = String(level);
    meter.setAttribute("aria-valuenow", String(level));
    meter.setAttribute("aria-valuetext", text);
    box.querySelector(".hint").textContent = text;
    if (guessable) guessable.dataset.met = String(level >= Number(guessable.dataset.level));
  };
  chosen.addEventListener("input", () => {
    for (const rule of rules) rule.dataset.met = String(new RegExp(rule.dataset.rule, "u").test(chosen.value));
    estimate();
  });
  if (!box) return;

  const begin = () => {
    const script = Object.assign(document.createElement("script"), { src: ${JSON.stringify(strengthLibrary.path)} });
    script.addEventListener("load", () => {
      const { core, "language-common": common, "language-en": english } = window.zxcvbnts;
      const dictionary = { ...common.dictionary, ...english.dictionary };
      // The limits of the server, so that both come to the same level.
      estimator = new core.ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs, maxLength: 50, l33tMaxSubstitutions: 10 });
      box.hidden = false;
      estimate();
    });
    document.head.append(script);
  };
  if (document.activeElement === chosen) begin();
  else chosen.addEventListener("focus", begin, { once: true });
})();
`;
