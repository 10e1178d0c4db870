import { createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { hash as argon2 } from "@node-rs/argon2";
import { hash as bcrypt } from "@node-rs/bcrypt";
import { describe, expect, it } from "vitest";
import { type ForeignHashType, PasswordHasher, readForeignHash } from "./index.js";

const hasher = new PasswordHasher({ concurrency: 2, memoryCost: 64, timeCost: 1 });
const b64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
const salt = Buffer.from("0123456789abcdef");
const scrypted = (N: number, r: number) => b64(scryptSync("secret", salt, 32, { N, r, p: 1 }));
/** From the documentation of Firebase's scrypt. */
const firebase = {
  salt: "42xEC+ixf3L2lw==",
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  saltSeparator: "Bw==",
  rounds: 8,
  memoryCost: 14,
};
const FIREBASE_HASH = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

describe("password hashes of other products", () => {
  it.each<[string, ForeignHashType, () => string | Promise<string>]>([
    ["bcrypt", "bcrypt", () => bcrypt("secret", { cost: 4 })],
    ["bcrypt of PHP", "bcrypt", async () => (await bcrypt("secret", { cost: 4 })).replace(/^\$2./, "$2y")],
    ["bcrypt over SHA-512", "bcrypt", async () => `$bcrypt-sha512${await bcrypt(createHash("sha512").update("secret").digest(), { cost: 4 })}`],
    ["argon2id", "argon2", () => argon2("secret", { algorithm: 2 as never, memoryCost: 256, timeCost: 2 })],
    ["argon2i", "argon2", () => argon2("secret", { algorithm: 1 as never, memoryCost: 256, timeCost: 2 })],
    ["argon2d", "argon2", () => argon2("secret", { algorithm: 0 as never, memoryCost: 256, timeCost: 2 })],
    ["scrypt", "scrypt", () => `$scrypt$ln=10,r=8,p=1$${b64(salt)}$${scrypted(1024, 8)}`],
    ["PBKDF2 with SHA-256", "pbkdf2-sha256", () => `$pbkdf2-sha256$i=1000$${b64(salt)}$${b64(pbkdf2Sync("secret", salt, 1000, 32, "sha256"))}`],
    [
      "PBKDF2 of passlib",
      "pbkdf2-sha512",
      () => `$pbkdf2-sha512$1000$${b64(salt).replaceAll("+", ".")}$${b64(pbkdf2Sync("secret", salt, 1000, 64, "sha512")).replaceAll("+", ".")}`,
    ],
  ])("%s is verified, and replaced at the next login", async (_name, type, make) => {
    const kept = readForeignHash(type, await make());
    expect(kept).toBeTypeOf("string");
    expect(await hasher.verify(kept as string, "secret")).toEqual({ ok: true, needsRehash: true });
    expect(await hasher.verify(kept as string, "Secret")).toEqual({ ok: false, needsRehash: false });
  });

  it("Firebase's scrypt agrees with its documentation, in both alphabets of base64", async () => {
    for (const text of [FIREBASE_HASH, FIREBASE_HASH.replaceAll("+", "-").replaceAll("/", "_")]) {
      const kept = readForeignHash("firebase-scrypt", text, firebase) as string;
      expect(await hasher.verify(kept, "user1password")).toEqual({ ok: true, needsRehash: true });
      expect(await hasher.verify(kept, "user2password")).toEqual({ ok: false, needsRehash: false });
    }
    expect(readForeignHash("firebase-scrypt", FIREBASE_HASH)).toBeUndefined();
  });

  it("scrypt and PBKDF2 agree with RFC 7914", async () => {
    const [nacl, password] = [
      Buffer.from("NaCl"),
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
    ];
    expect(await hasher.verify(`$scrypt$ln=10,r=8,p=16$${b64(nacl)}$${b64(Buffer.from(password, "hex"))}`, "password")).toMatchObject({ ok: true });
    const derived = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbcca0ff54cdbc3a6a3ff7a7f5d5d7a2a3b1e09a6f2e3b1c5".slice(0, 64);
    expect(await hasher.verify(`$pbkdf2-sha256$i=1$${b64(Buffer.from("salt"))}$${b64(Buffer.from(derived, "hex"))}`, "passwd")).toMatchObject({ ok: true });
  });

  it.each<[ForeignHashType, string]>([
    ["bcrypt", "$2a$31$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"],
    ["argon2", "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"],
    ["argon2", "$argon2id$v=19$m=65536,t=999999,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"],
    ["scrypt", `$scrypt$ln=24,r=8,p=1$${b64(salt)}$${scrypted(1024, 8)}`],
    ["scrypt", `$scrypt$ln=10,r=8,p=9999$${b64(salt)}$${scrypted(1024, 8)}`],
    ["scrypt", `$scrypt$ln=0,r=8,p=1$${b64(salt)}$${scrypted(1024, 8)}`],
    ["pbkdf2-sha256", `$pbkdf2-sha256$i=999999999$${b64(salt)}$${b64(Buffer.alloc(32))}`],
  ])("a hostile %s hash that would hold a core or the memory is refused and never computed: %s", async (type, text) => {
    expect(readForeignHash(type, text)).toBeUndefined();
    const started = performance.now();
    expect(await hasher.verify(text, "secret")).toEqual({ ok: false, needsRehash: false });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each<[ForeignHashType, string]>([
    ["bcrypt", "secret"],
    ["bcrypt", "2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"],
    ["bcrypt", "$2a$10$short"],
    ["bcrypt", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy\n"],
    ["argon2", "$argon2id$m=65536"],
    ["argon2", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"],
    ["pbkdf2-sha512", `$pbkdf2-sha256$i=1$${b64(salt)}$${b64(Buffer.alloc(32))}`],
    ["scrypt", "x".repeat(2000)],
  ])("what is no %s hash is refused: %j", (type, text) => {
    expect(readForeignHash(type, text)).toBeUndefined();
  });

  it("parameters of Firebase are bounded too", () => {
    expect(readForeignHash("firebase-scrypt", FIREBASE_HASH, { ...firebase, memoryCost: 30 })).toBeUndefined();
    expect(readForeignHash("firebase-scrypt", FIREBASE_HASH, { ...firebase, rounds: 0 })).toBeUndefined();
    expect(readForeignHash("firebase-scrypt", FIREBASE_HASH, { ...firebase, salt: "a$b" })).toBeUndefined();
  });
});
