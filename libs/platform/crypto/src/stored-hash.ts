import { createHash } from "node:crypto";
import { verifySync as argon2Verify } from "@node-rs/argon2";
import { verifySync as bcryptVerify } from "@node-rs/bcrypt";
import { foreignCheck, isAffordable } from "./foreign-hashes.ts";

const bcrypt = /^\$2[abxy]?\$\d{2}\$/;
const SHA512_PREFIX = "$bcrypt-sha512$";

/** Whether a password is the one of an encoded hash of any known kind. One that is malformed or too dear is never computed: it matches nothing. It takes its thread for the whole time. */
export function matchesHash(encoded: string, plain: string): boolean {
  try {
    if (!isAffordable(encoded)) return false;
    const check = foreignCheck(encoded);
    if (check) return check(plain);
    if (encoded.startsWith(SHA512_PREFIX)) {
      const inner = `$${encoded.slice(SHA512_PREFIX.length).replace(/^\$/, "")}`;
      return bcryptVerify(createHash("sha512").update(plain).digest(), inner);
    }
    return bcrypt.test(encoded) ? bcryptVerify(plain, encoded) : argon2Verify(encoded, plain);
  } catch {
    return false;
  }
}
