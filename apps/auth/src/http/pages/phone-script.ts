import { phoneLibrary } from "./script-libraries.js";

/** Fields of phone numbers: a list of countries beside the number, which is sent in international form (spec: auth UI §13). Without script they are plain fields. */
export const phoneScript = `"use strict";
(async () => {
  const inputs = [...document.querySelectorAll("input[data-phone]:not([readonly])")];
  if (inputs.length === 0) return;
  const told = (name) => (document.querySelector('meta[name="' + name + '"]') || {}).content || "";
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: ${JSON.stringify(phoneLibrary.path)}, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  const numbers = window.libphonenumber;
  const locale = told("x-cldr-locale") || "en";
  const names = new Intl.DisplayNames([locale, "en"], { type: "region" });
  const codes = JSON.parse(told("x-phone-input-only-countries") || "[]").filter((code) => numbers.isSupportedCountry(code));
  const pinned = JSON.parse(told("x-phone-input-preferred-countries") || "[]").filter((code) => codes.includes(code));
  const sorted = codes.filter((code) => !pinned.includes(code)).sort((a, b) => names.of(a).localeCompare(names.of(b), locale));
  const countries = [...pinned, ...sorted].map((code) => ({ code, name: names.of(code), calling: "+" + numbers.getCountryCallingCode(code), flag: String.fromCodePoint(...[...code].map((letter) => 127397 + letter.charCodeAt(0))) }));
  if (countries.length === 0) return;
  const make = (tag, properties, attributes) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    return element;
  };

  const enhance = (input, place) => {
    const id = (input.id || "phone-" + place) + "-countries";
    const { country: label, search: searchLabel, none } = input.dataset;
    const find = (code) => countries.find((one) => one.code === code);
    let current = find(told("x-geoip-country-code")) || countries[0];
    const box = make("div", { className: "phone" });
    const trigger = make("button", { type: "button", className: "country" }, { "aria-haspopup": "listbox", "aria-expanded": "false" });
    const popup = make("div", { className: "countries", hidden: true });
    const search = make("input", { id: id + "-search", type: "search", autocomplete: "off", placeholder: searchLabel }, { role: "combobox", "aria-controls": id, "aria-expanded": "true", "aria-autocomplete": "list" });
    const list = make("ul", { id }, { role: "listbox", "aria-label": label });
    const real = make("input", { type: "hidden", name: input.name });
    let active;
    const activate = (option) => {
      if (active) active.classList.remove("active");
      active = option;
      if (!active) return search.removeAttribute("aria-activedescendant");
      active.classList.add("active");
      search.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    };
    const show = (country) => {
      current = country;
      trigger.textContent = country.flag + " " + country.calling;
      trigger.setAttribute("aria-label", label + ": " + country.name + " " + country.calling);
    };
    const read = () => numbers.parsePhoneNumberFromString(input.value.trim(), current.code);
    const sync = () => {
      const typed = input.value.trim();
      if (typed.startsWith("+")) {
        const typing = new numbers.AsYouType();
        typing.input(typed);
        const named = find(typing.getCountry()) || countries.find(({ calling }) => calling === "+" + typing.getCallingCode());
        if (named && named.calling !== current.calling) show(named);
        else if (named && typing.getCountry()) show(named);
      }
      const number = read();
      const digits = typed.replace(/[^0-9]/g, "");
      real.value = number ? number.number : typed.startsWith("+") || digits === "" || /[^0-9 ().\u2010-\u2015/-]/.test(typed) ? typed : current.calling + digits;
    };
    const settle = () => {
      sync();
      const number = input.value.trim().startsWith("+") ? read() : undefined;
      if (number && "+" + number.countryCallingCode === current.calling) input.value = number.formatNational();
    };
    const fill = () => {
      const words = search.value.trim().toLocaleLowerCase(locale);
      const fits = ({ name, code, calling }) => name.toLocaleLowerCase(locale).includes(words) || code.toLowerCase() === words || (/^[+]?[0-9]/.test(words) && calling.startsWith("+" + words.replace("+", "")));
      const found = countries.filter(fits);
      activate(undefined);
      list.replaceChildren(
        ...found.map((one) => {
          const option = make("li", { id: id + "-" + one.code, textContent: one.flag + " " + one.name + " " + one.calling }, { role: "option", "aria-selected": String(one === current) });
          option.addEventListener("click", () => choose(one));
          return option;
        }),
      );
      if (found.length === 0) list.append(make("li", { className: "hint", textContent: none }));
      const chosen = [...list.children].find((option) => option.getAttribute("aria-selected") === "true");
      if (found.length > 0) activate(words === "" && chosen ? chosen : list.firstElementChild);
    };
    const turn = (open) => {
      popup.hidden = !open;
      trigger.setAttribute("aria-expanded", String(open));
      if (!open) return;
      search.value = "";
      fill();
      search.focus();
      if (active) active.scrollIntoView({ block: "nearest" });
    };
    const choose = (country) => {
      const number = read();
      show(country);
      if (number && input.value.trim().startsWith("+")) input.value = number.formatNational();
      sync();
      turn(false);
      input.focus();
    };
    const keys = {
      ArrowDown: () => activate((active && active.nextElementSibling) || active),
      ArrowUp: () => activate((active && active.previousElementSibling) || active),
      Enter: () => active && active.click(),
      Escape: () => {
        turn(false);
        trigger.focus();
      },
    };
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => {
      if (!Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });
    trigger.addEventListener("click", () => turn(popup.hidden));
    document.addEventListener("click", ({ target }) => box.contains(target) || turn(false));
    box.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !box.contains(relatedTarget) && turn(false));
    input.addEventListener("input", sync);
    input.addEventListener("change", settle);

    const focused = document.activeElement === input;
    popup.append(make("label", { htmlFor: search.id, className: "unseen", textContent: searchLabel }), search, list);
    input.before(box);
    box.append(trigger, input, popup, real);
    input.removeAttribute("name");
    const hint = document.getElementById("phone-hint");
    if (hint) {
      hint.remove();
      const others = (input.getAttribute("aria-describedby") || "").split(" ").filter((one) => one !== "phone-hint");
      if (others.join(" ")) input.setAttribute("aria-describedby", others.join(" "));
      else input.removeAttribute("aria-describedby");
    }
    if (focused) input.focus();
    show(current);
    settle();
    window.addEventListener("pageshow", settle);
  };
  inputs.forEach(enhance);
})();
`;
