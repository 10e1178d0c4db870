import { type Algorithm, hashSync } from "@node-rs/argon2";
import { giveWay } from "./give-way.ts";
import { matchesHash } from "./stored-hash.ts";

/** Cost of Argon2id (RFC 9106; OWASP minimum: 19 MiB, 2 passes, 1 lane). */
export interface PasswordCost {
  /** KiB of memory. */
  memoryCost: number;
  timeCost: number;
}

/** What a hashing thread is asked for. */
export type HashTask = { plain: string; cost: PasswordCost } | { plain: string; encoded: string };

/** `Algorithm.Argon2id`: a const enum, which isolated modules cannot read. */
const ARGON2ID = 2 as Algorithm;

giveWay();

/** The encoded hash (PHC string) of a password, or whether it is the one of a given hash. */
export default (task: HashTask): string | boolean =>
  "cost" in task ? hashSync(task.plain, { algorithm: ARGON2ID, ...task.cost, parallelism: 1 }) : matchesHash(task.encoded, task.plain);
