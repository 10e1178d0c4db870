import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { HashQueue } from "./hash-queue.js";
import type { HashTask, PasswordCost } from "./hash-thread.js";

/** Cost and concurrency. */
export interface PasswordHasherOptions extends Partial<PasswordCost> {
  /** How many hashes may be computed at the same time; others wait in order. */
  concurrency: number;
}

/** The program of a hashing thread: beside this file, in source and in the build. */
const THREAD = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./hash-thread.ts" : "./hash-thread.mjs", import.meta.url));

/** A thread that nobody asked for so long is let go; milliseconds. */
const IDLE_MS = 600_000;

/**
 * Hashes passwords with Argon2id, a bounded number at a time, on threads of their own that give way to all others of the process (`give-way.ts`).
 * Hashes of imported users (bcrypt, plain or over SHA-512; Argon2 of any kind, scrypt, PBKDF2, Firebase's scrypt) are verified and reported as in need of a new hash.
 * A hash that is malformed or too dear is never computed: it matches nothing.
 */
export class PasswordHasher {
  private readonly cost: PasswordCost;
  private readonly queue: HashQueue;
  private readonly threads: Piscina<HashTask, string | boolean>;

  constructor(options: PasswordHasherOptions) {
    const concurrency = Math.max(1, options.concurrency);
    this.queue = new HashQueue(concurrency);
    this.cost = { memoryCost: options.memoryCost ?? 19_456, timeCost: options.timeCost ?? 2 };
    this.threads = new Piscina({
      filename: THREAD,
      minThreads: 0,
      maxThreads: concurrency,
      idleTimeout: IDLE_MS,
      execArgv: [],
      env: { PATH: process.env.PATH },
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    });
    // Of a thread that ended with nothing in hand; what one had in hand is refused by itself, and another thread takes its place.
    this.threads.on("error", () => undefined);
  }

  /** The encoded hash (PHC string) of a password. */
  hash(plain: string): Promise<string> {
    return this.queue.run(() => this.threads.run({ plain, cost: this.cost }) as Promise<string>);
  }

  /** Compares a password with an encoded hash. `needsRehash`: the hash is of another kind or cost than today's. An unreadable hash never matches. */
  async verify(encoded: string, plain: string): Promise<{ ok: boolean; needsRehash: boolean }> {
    const ok = (await this.queue.run(() => this.threads.run({ plain, encoded }))) as boolean;
    return { ok, needsRehash: ok && !this.isCurrent(encoded) };
  }

  /** Ends the threads when all that was asked for is done. */
  async close(): Promise<void> {
    await this.queue.settled();
    await this.threads.destroy();
  }

  private isCurrent(encoded: string): boolean {
    return encoded.startsWith("$argon2id$") && encoded.includes(`m=${this.cost.memoryCost},t=${this.cost.timeCost},`);
  }
}
