import { createHash } from "node:crypto";
import { type Algorithm, hash as argon2Hash, verify as argon2Verify } from "@node-rs/argon2";
import { verify as bcryptVerify } from "@node-rs/bcrypt";
import { HashQueue } from "./hash-queue.js";
import { foreignCheck, isAffordable } from "./foreign-hashes.js";

/** Cost of Argon2id (RFC 9106; OWASP minimum: 19 MiB, 2 passes, 1 lane). */
export interface PasswordCost {
  /** KiB of memory. */
  memoryCost: number;
  timeCost: number;
}

/** Cost and concurrency. */
export interface PasswordHasherOptions extends Partial<PasswordCost> {
  /** How many hashes may be computed at the same time; others wait in order. */
  concurrency: number;
}

/** `Algorithm.Argon2id`: a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm;
const bcrypt = /^\$2[abxy]?\$\d{2}\$/;

const SHA512_PREFIX = "$bcrypt-sha512$";

async function matches(encoded: string, plain: string): Promise<boolean> {
  if (!isAffordable(encoded)) return false;
  const check = foreignCheck(encoded);
  if (check) return check(plain);
  if (encoded.startsWith(SHA512_PREFIX)) {
    const inner = `$${encoded.slice(SHA512_PREFIX.length).replace(/^\$/, "")}`;
    return bcryptVerify(createHash("sha512").update(plain).digest(), inner);
  }
  return bcrypt.test(encoded) ? bcryptVerify(plain, encoded) : argon2Verify(encoded, plain);
}

/**
 * Hashes passwords with Argon2id on the libuv thread pool, a bounded number at a time.
 * Hashes of imported users (bcrypt, plain or over SHA-512; Argon2 of any kind, scrypt, PBKDF2, Firebase's scrypt) are verified and reported as in need of a new hash.
 * A hash that is malformed or too dear is never computed: it matches nothing.
 */
export class PasswordHasher {
  private readonly cost: PasswordCost;
  private readonly queue: HashQueue;

  constructor(options: PasswordHasherOptions) {
    this.queue = new HashQueue(Math.max(1, options.concurrency));
    this.cost = { memoryCost: options.memoryCost ?? 19_456, timeCost: options.timeCost ?? 2 };
  }

  /** The encoded hash (PHC string) of a password. */
  hash(plain: string): Promise<string> {
    return this.queue.run(() => argon2Hash(plain, { algorithm: ARGON2ID, ...this.cost, parallelism: 1 }));
  }

  /** Compares a password with an encoded hash. `needsRehash`: the hash is of another kind or cost than today's. An unreadable hash never matches. */
  verify(encoded: string, plain: string): Promise<{ ok: boolean; needsRehash: boolean }> {
    return this.queue.run(async () => {
      const ok = await matches(encoded, plain).catch(() => false);
      return { ok, needsRehash: ok && !this.isCurrent(encoded) };
    });
  }

  private isCurrent(encoded: string): boolean {
    return encoded.startsWith("$argon2id$") && encoded.includes(`m=${this.cost.memoryCost},t=${this.cost.timeCost},`);
  }
}
