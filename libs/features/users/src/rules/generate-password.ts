import { type PasswordPolicy, passwordViolations } from "@gatehouse/domain-authenticator";
import { passwordGenerateError } from "@gatehouse/domain-errors";
import { ALPHANUMERIC, DIGITS, randomString } from "@gatehouse/platform-ids";

/** The part of the policy that only new passwords meet. */
export interface GeneratedPasswordPolicy {
  /** 1 to 5 when the strength of a password is demanded; 0 or absent otherwise. */
  minimum_guessable_level?: number;
}

const TRIES = 10;
const SHORTEST = 8;
/** Long enough for every strength that can be demanded. */
const STRONG = 32;
const UPPER = ALPHANUMERIC.slice(0, 26);
const LOWER = ALPHANUMERIC.slice(26, 52);
const SYMBOLS = "-_.!@#$%&*+=?";

/** A random password that satisfies the policy. Throws PasswordGenerateError after ten tries. */
export function generatePassword(policy: PasswordPolicy & GeneratedPasswordPolicy): string {
  const length = Math.max(policy.min_length ?? SHORTEST, policy.minimum_guessable_level ? STRONG : SHORTEST);
  const demanded = [
    policy.uppercase_required && UPPER,
    policy.lowercase_required && LOWER,
    policy.alphabet_required && LOWER,
    policy.digit_required && DIGITS,
    policy.symbol_required && SYMBOLS,
  ].filter((alphabet) => typeof alphabet === "string");
  const alphabet = ALPHANUMERIC + (policy.symbol_required ? SYMBOLS : "");
  for (let tries = 0; tries < TRIES; tries += 1) {
    const password = insertEach(randomString(length, alphabet), demanded);
    if (passwordViolations(policy, password).length === 0) return password;
  }
  throw passwordGenerateError();
}

/** Puts one character of each alphabet at a place of its own. */
function insertEach(password: string, alphabets: readonly string[]): string {
  const characters = [...password];
  const places = shuffled(characters.length);
  alphabets.forEach((alphabet, index) => {
    characters[places[index] as number] = randomString(1, alphabet);
  });
  return characters.join("");
}

/** The numbers below `count` in random order. */
function shuffled(count: number): number[] {
  const keys = [...globalThis.crypto.getRandomValues(new Uint32Array(count))];
  return keys
    .map((key, index) => ({ key, index }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
}
