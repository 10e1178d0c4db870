/** Exceptions of RFC 5892 §2.6 that are allowed, and those that are not; they come before every other rule. */
const ALLOWED_EXCEPTION = /[\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007]/u;
const REFUSED_EXCEPTION = /[\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B]/u;
const ASCII_PRINTABLE = /[!-~]/;
/** Letters, digits and marks (RFC 8264 §9.1). */
const LETTER_DIGIT = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u;
/** Conjoining jamo (RFC 8264 §9.9): letters of old Hangul that form no syllable. */
const OLD_HANGUL_JAMO = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

interface Neighbours {
  before: string;
  after: string;
  text: string;
}

/** Characters that are allowed in some company only (RFC 5892 appendix A.3 to A.9). */
const CONTEXTUAL: readonly { character: RegExp; fits(at: Neighbours): boolean }[] = [
  { character: /\u00B7/u, fits: ({ before, after }) => before === "l" && after === "l" },
  { character: /\u0375/u, fits: ({ after }) => /\p{Script=Greek}/u.test(after) },
  { character: /[\u05F3\u05F4]/u, fits: ({ before }) => /\p{Script=Hebrew}/u.test(before) },
  { character: /\u30FB/u, fits: ({ text }) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text) },
  { character: /[\u0660-\u0669]/u, fits: ({ text }) => !/[\u06F0-\u06F9]/u.test(text) },
  { character: /[\u06F0-\u06F9]/u, fits: ({ text }) => !/[\u0660-\u0669]/u.test(text) },
];

/** The decision of RFC 8264 §8 for one character; joiners (U+200C, U+200D) are refused, for nobody sees them. */
function isAllowed(character: string, at: Neighbours): boolean {
  if (ALLOWED_EXCEPTION.test(character)) return true;
  if (REFUSED_EXCEPTION.test(character)) return false;
  const contextual = CONTEXTUAL.find((one) => one.character.test(character));
  if (contextual) return contextual.fits(at);
  if (ASCII_PRINTABLE.test(character)) return true;
  if (OLD_HANGUL_JAMO.test(character) || IGNORABLE.test(character)) return false;
  return character.normalize("NFKC") === character && LETTER_DIGIT.test(character);
}

/** Whether a text is a string of the PRECIS IdentifierClass (RFC 8264 §4.2): letters, digits and marks of any script, printable ASCII; no spaces, symbols, controls or compatibility forms. */
export function isPrecisIdentifier(text: string): boolean {
  const characters = [...text];
  return characters.length > 0 && characters.every((character, index) => isAllowed(character, { before: characters[index - 1] ?? "", after: characters[index + 1] ?? "", text }));
}
