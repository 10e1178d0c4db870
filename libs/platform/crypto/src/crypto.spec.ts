import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { constantTimeEqual, generateOctJwk, generateRsaJwk, PasswordHasher, publicJwk, signJwt, verifyJwt } from "./index.js";

describe("PasswordHasher", () => {
  const hasher = new PasswordHasher({ concurrency: 1, memoryCost: 64, timeCost: 1 });

  it("verifies its own hashes and refuses others", async () => {
    const encoded = await hasher.hash("secret");
    expect([await hasher.verify(encoded, "secret"), await hasher.verify(encoded, "Secret"), await hasher.verify("rubbish", "secret")]).toEqual([
      { ok: true, needsRehash: false },
      { ok: false, needsRehash: false },
      { ok: false, needsRehash: false },
    ]);
  });

  it("accepts bcrypt and asks for a new hash", async () => {
    expect(await hasher.verify("$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "no")).toEqual({ ok: false, needsRehash: false });
    const { hash } = await import("@node-rs/bcrypt");
    expect(await hasher.verify(await hash("secret", { cost: 4 }), "secret")).toEqual({ ok: true, needsRehash: true });
  });

  it("accepts bcrypt over SHA-512", async () => {
    const { hash } = await import("@node-rs/bcrypt");
    const inner = await hash(createHash("sha512").update("secret").digest(), { cost: 4 });
    expect([await hasher.verify(`$bcrypt-sha512${inner}`, "secret"), await hasher.verify(`$bcrypt-sha512${inner}`, "other")]).toEqual([
      { ok: true, needsRehash: true },
      { ok: false, needsRehash: false },
    ]);
  });

  it("asks for a new hash when the cost rose", async () => {
    const dearer = new PasswordHasher({ concurrency: 2, memoryCost: 128, timeCost: 1 });
    expect(await dearer.verify(await hasher.hash("secret"), "secret")).toEqual({ ok: true, needsRehash: true });
  });

  it("serves more callers than it runs at a time", async () => {
    expect(new Set(await Promise.all(Array.from({ length: 5 }, () => hasher.hash("x")))).size).toBe(5);
  });
});

describe("JWT", () => {
  it("round-trips with RSA and symmetric keys", async () => {
    const [rsa, oct] = [await generateRsaJwk(), generateOctJwk()];
    expect((await verifyJwt([rsa, oct], await signJwt(rsa, { sub: "a" })))?.sub).toBe("a");
    expect((await verifyJwt([rsa, oct], await signJwt(oct, { sub: "b" })))?.sub).toBe("b");
  });

  it("refuses algorithm none, foreign keys and expired tokens (token forgery)", async () => {
    const rsa = await generateRsaJwk();
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"a"}').toString("base64url")}.`;
    const confused = await signJwt({ kid: rsa.kid, kty: "oct", k: Buffer.from(JSON.stringify(publicJwk(rsa))).toString("base64url"), alg: "HS256" }, { sub: "a" });
    const expired = await signJwt(rsa, { sub: "a", exp: 1 });
    const foreign = await signJwt({ ...(await generateRsaJwk()), kid: rsa.kid }, { sub: "a" });
    for (const token of [none, confused, expired, foreign, "x.y.z", ""]) expect(await verifyJwt([rsa], token)).toBeUndefined();
  });

  it("shows no private member in the public key", async () => {
    expect(Object.keys(publicJwk(await generateRsaJwk()) ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  });
});

it("constantTimeEqual compares texts of any length", () => {
  expect([constantTimeEqual("a", "a"), constantTimeEqual("a", "ab"), constantTimeEqual("", "")]).toEqual([true, false, true]);
});
