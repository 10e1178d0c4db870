import { createCipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from "node:crypto";

/** Formats of password hashes that other products made. */
export const foreignHashTypes = ["bcrypt", "argon2", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512", "firebase-scrypt"] as const;
/** One of them. */
export type ForeignHashType = (typeof foreignHashTypes)[number];

/** What Firebase exports of a project beside each user's hash and salt; base64. */
export interface FirebaseParameters {
  salt: string;
  signerKey: string;
  saltSeparator: string;
  /** `rounds` of the export. */
  rounds: number;
  /** `mem_cost` of the export. */
  memoryCost: number;
}

/** What a hash may cost us: a hostile one must not hold a core or the memory of the server. */
const MOST = { bcryptCost: 15, memoryKib: 131_072, argonKibPasses: 1_048_576, lanes: 16, scryptSteps: 2 ** 22, iterations: 2_000_000, text: 1000 } as const;

const BCRYPT = /^(?:\$bcrypt-sha512\$?)?\$?2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2 = /^\$argon2(?:id|i|d)\$(?:v=(?:16|19)\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,5}),p=(\d{1,5})\$([A-Za-z0-9+/]{2,172})\$([A-Za-z0-9+/]{22,172})$/;
const PBKDF2 = /^\$pbkdf2-sha(256|512)\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?\$([A-Za-z0-9+/]{2,172})\$([A-Za-z0-9+/]{22,172})$/;
const FIREBASE = /^\$firebase-scrypt\$ln=(\d{1,2}),r=(\d{1,2})\$([A-Za-z0-9+/]{2,172})\$([A-Za-z0-9+/]{0,64})\$([A-Za-z0-9+/]{22,172})\$([A-Za-z0-9+/]{22,172})$/;

const isBcrypt = (text: string): boolean => {
  const cost = Number(BCRYPT.exec(text)?.[1]);
  return (text.startsWith("$2") || text.startsWith("$bcrypt-sha512$")) && cost >= 4 && cost <= MOST.bcryptCost;
};

function isArgon2(text: string): boolean {
  const [m = 0, t = 0, p = 0] = ARGON2.exec(text)?.slice(1).map(Number) ?? [];
  return p >= 1 && p <= MOST.lanes && t >= 1 && m >= 8 * p && m <= MOST.memoryKib && m * t <= MOST.argonKibPasses;
}

/** N, r and p of scrypt (RFC 7914), when they are within bounds. */
function scryptCost(ln: number, r: number, p: number): { N: number; r: number; p: number; maxmem: number } | undefined {
  const N = 2 ** ln;
  const bytes = 128 * N * r;
  const fits = ln >= 1 && r >= 1 && p >= 1 && bytes <= MOST.memoryKib * 1024 && N * r * p <= MOST.scryptSteps;
  return fits ? { N, r, p, maxmem: 2 * bytes + 1024 * 1024 } : undefined;
}

function scryptParts(text: string) {
  const [, ln, r, p, salt, hash] = SCRYPT.exec(text) ?? [];
  const cost = scryptCost(Number(ln), Number(r), Number(p));
  return cost && salt && hash ? { cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") } : undefined;
}

function pbkdf2Parts(text: string) {
  const [, bits, iterations, salt, hash] = PBKDF2.exec(text) ?? [];
  const count = Number(iterations);
  return salt && hash && count >= 1 && count <= MOST.iterations
    ? { digest: `sha${bits}`, iterations: count, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") }
    : undefined;
}

function firebaseParts(text: string) {
  const [, ln, r, salt, separator, signer, hash] = FIREBASE.exec(text) ?? [];
  const cost = scryptCost(Number(ln), Number(r), 1);
  if (!cost || !salt || separator === undefined || !signer || !hash) return undefined;
  const [saltBytes, separatorBytes, signerKey, expected] = [salt, separator, signer, hash].map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer, Buffer, Buffer];
  return { cost, salt: Buffer.concat([saltBytes, separatorBytes]), signerKey, hash: expected };
}

/** Standard base64 without padding; the adapted alphabets of passlib and of the web are taken too. */
const plainBase64 = (text: string): string => text.replace(/=+$/, "").replaceAll(".", "+").replaceAll("-", "+").replaceAll("_", "/");

/** A hash of another product as we keep it; undefined when it is malformed, or dearer than we afford. Firebase's hashes need the parameters of their project. */
export function readForeignHash(type: ForeignHashType, given: string, firebase?: FirebaseParameters): string | undefined {
  if (given.length > MOST.text) return undefined;
  switch (type) {
    case "bcrypt":
      return isBcrypt(given) ? given : undefined;
    case "argon2":
      return isArgon2(given) ? given : undefined;
    case "scrypt":
      return scryptParts(given) ? given : undefined;
    case "pbkdf2-sha256":
    case "pbkdf2-sha512": {
      const text = given.replaceAll(".", "+");
      return text.startsWith(`$${type}$`) && pbkdf2Parts(text) ? text : undefined;
    }
    case "firebase-scrypt": {
      if (!firebase) return undefined;
      const parts = [firebase.salt, firebase.saltSeparator, firebase.signerKey, given].map(plainBase64);
      const text = `$firebase-scrypt$ln=${firebase.memoryCost},r=${firebase.rounds}$${parts.join("$")}`;
      return firebaseParts(text) ? text : undefined;
    }
  }
}

/** Whether an encoded hash is one that may be verified: of a known form and within bounds. */
export const isAffordable = (encoded: string): boolean => (encoded.startsWith("$argon2") ? isArgon2(encoded) : isBcrypt(encoded) || foreignCheck(encoded) !== undefined);

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** The check of a hash by scrypt, PBKDF2 (RFC 8018) or Firebase's scrypt; undefined for any other, and for one that is too dear. It takes its thread for the whole time. */
export function foreignCheck(encoded: string): ((plain: string) => boolean) | undefined {
  const byScrypt = scryptParts(encoded);
  if (byScrypt) return (plain) => equal(scryptSync(plain, byScrypt.salt, byScrypt.hash.length, byScrypt.cost), byScrypt.hash);
  const byPbkdf2 = pbkdf2Parts(encoded);
  if (byPbkdf2) return (plain) => equal(pbkdf2Sync(plain, byPbkdf2.salt, byPbkdf2.iterations, byPbkdf2.hash.length, byPbkdf2.digest), byPbkdf2.hash);
  const byFirebase = firebaseParts(encoded);
  return byFirebase && ((plain) => matchesFirebase(byFirebase, plain));
}

/** Firebase encrypts its signer key (AES-256-CTR, no nonce) with a key that scrypt derives from the password; the result is the hash. */
function matchesFirebase({ cost, salt, signerKey, hash }: NonNullable<ReturnType<typeof firebaseParts>>, plain: string): boolean {
  const derived = scryptSync(plain, salt, 64, cost);
  const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), Buffer.alloc(16));
  return equal(Buffer.concat([cipher.update(signerKey), cipher.final()]), hash);
}
