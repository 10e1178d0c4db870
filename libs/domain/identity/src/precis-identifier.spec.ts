import fc from "fast-check";
import { expect, it } from "vitest";
import { isPrecisIdentifier } from "./precis-identifier.js";

it.each([
  ["letters and digits", "abc123"],
  ["printable ASCII", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"],
  ["letters of any script", "жукλ漢字ひらカ한글"],
  ["marks", "नमस्ते"],
  ["sharp s and final sigma", "ßς"],
  ["a middle dot between two l", "l·l"],
  ["a Greek keraia before Greek", "͵α"],
  ["Hebrew geresh after Hebrew", "א׳"],
  ["a katakana middle dot beside kana", "ア・イ"],
  ["Arabic digits of one kind", "٠١"],
])("takes %s", (_, text) => expect(isPrecisIdentifier(text)).toBe(true));

it.each([
  ["nothing", ""],
  ["a space", "a b"],
  ["a no-break space", "a\u00A0b"],
  ["a control", "a\u0007"],
  ["a symbol", "☃"],
  ["an emoji", "😀"],
  ["punctuation of other scripts", "。"],
  ["a fullwidth letter", "ａ"],
  ["a ligature", "ﬁ"],
  ["a fraction", "½"],
  ["a titlecase digraph", "ǅ"],
  ["a Roman numeral", "Ⅳ"],
  ["old Hangul jamo", "ᄀ"],
  ["a tatweel", "\u0640"],
  ["a middle dot elsewhere", "a·b"],
  ["a keraia before Latin", "͵a"],
  ["geresh after Latin", "a׳"],
  ["a katakana middle dot alone", "a・b"],
  ["Arabic digits of two kinds", "٠۱"],
  ["a joiner", "a\u200Db"],
  ["a variation selector", "a\uFE0F"],
  ["a right-to-left override", "\u202Ea"],
  ["a noncharacter", "\uFDD0"],
  ["an unassigned character", "\u0378"],
  ["half of a pair", "\uD800"],
  ["a private character", "\uE000"],
])("refuses %s", (_, text) => expect(isPrecisIdentifier(text)).toBe(false));

it("whatever it takes is in normal form", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => !isPrecisIdentifier(text) || [...text].every((one) => one.normalize("NFKC") === one || /[\u0375\u00B7]/.test(one))),
  );
});
