import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

/**
 * The estimate grows fast with the text and the letters that digits may stand for: with these limits the worst text costs some 50 ms, an ordinary one 10 ms.
 * What comes after is not looked at, so a longer password is never taken for weaker or stronger than its beginning.
 */
const LIMITS = { maxLength: 50, l33tMaxSubstitutions: 10 };

/** Made when a policy first asks for it: its dictionaries take some 15 MB. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const estimator = lazily(() => new ZxcvbnFactory({ dictionary: { ...common.dictionary, ...english.dictionary }, graphs: common.adjacencyGraphs, ...LIMITS }));

/** How hard a password is to guess: 1 to 5, the zxcvbn score and one; 0 for no password (spec: authentication flow §11.1). */
export function guessableLevel(password: string): number {
  if (password === "") return 0;
  return estimator().check(password).score + 1;
}
