import { createHmac, createPrivateKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { generateSigningJwk, type KeyJwk, publicJwk, SIGNING_ALGORITHMS, signJwt, verificationKey, verifyJwt } from "./index.js";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe.each(SIGNING_ALGORITHMS)("a key for %s", (algorithm) => {
  it("signs what others verify by the published half", async () => {
    const key = await generateSigningJwk(algorithm);
    const shown = publicJwk(key) as KeyJwk;
    const token = await signJwt(key, { sub: "a" }, "at+jwt");
    const verified = await jwtVerify(token, createLocalJWKSet({ keys: [shown] } as never));
    expect([verified.protectedHeader, verified.payload, shown.alg, shown.d]).toEqual([{ alg: algorithm, kid: key.kid, typ: "at+jwt" }, { sub: "a" }, algorithm, undefined]);
    expect((await verifyJwt([key], token))?.sub).toBe("a");
  });

  it("is not taken as the secret of an HMAC (algorithm confusion)", async () => {
    const key = await generateSigningJwk(algorithm);
    const pem = verificationKey(key).export({ format: "pem", type: "spki" }) as string;
    for (const secret of [pem, pem.trim(), JSON.stringify(publicJwk(key))]) {
      const input = `${encode({ alg: "HS256", kid: key.kid, typ: "JWT" })}.${encode({ sub: "admin" })}`;
      expect(await verifyJwt([key], `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`)).toBeUndefined();
    }
  });

  it("does not pass a token that brings its own key or a place to find one (jwk and jku header injection)", async () => {
    const key = await generateSigningJwk(algorithm);
    const evil = await generateSigningJwk(algorithm);
    const digest = algorithm === "EdDSA" ? null : "sha256";
    const privateKey = createPrivateKey({ key: evil as never, format: "jwk" });
    const headers = [
      { alg: algorithm, kid: key.kid, jwk: publicJwk(evil) },
      { alg: algorithm, jwk: publicJwk(evil) },
      { alg: algorithm, kid: evil.kid, jku: "https://evil.test/jwks" },
      { alg: algorithm, kid: key.kid, x5u: "https://evil.test/cert.pem" },
    ];
    for (const header of headers) {
      const input = `${encode(header)}.${encode({ sub: "admin" })}`;
      const signature = sign(digest, Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
      expect(await verifyJwt([key], `${input}.${signature}`)).toBeUndefined();
    }
  });

  it("does not pass an unsigned or a changed token (alg none, tampering)", async () => {
    const key = await generateSigningJwk(algorithm);
    const [header, , signature] = (await signJwt(key, { sub: "a" })).split(".");
    const changed = [`${header}.${encode({ sub: "admin" })}.${signature}`];
    const unsigned = ["none", "None", "NONE", ""].map((alg) => `${encode({ alg, kid: key.kid })}.${encode({ sub: "admin" })}.`);
    for (const token of [...changed, ...unsigned, `${header}.${encode({ sub: "a" })}.`]) expect(await verifyJwt([key], token)).toBeUndefined();
  });
});

it("keys of several algorithms verify side by side, each its own (key rotation)", async () => {
  const keys = await Promise.all(SIGNING_ALGORITHMS.map(generateSigningJwk));
  for (const key of keys) expect((await verifyJwt(keys, await signJwt(key, { sub: key.kid })))?.sub).toBe(key.kid);
  const [rsa, ec] = keys as [KeyJwk, KeyJwk];
  const mixed = await signJwt({ ...ec, kid: rsa.kid }, { sub: "x" });
  expect(await verifyJwt(keys, mixed)).toBeUndefined();
});

it("ECDSA signatures are the two numbers alone, not ASN.1 (RFC 7518 §3.4)", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const key = { ...(privateKey.export({ format: "jwk" }) as object), kid: "p384", kty: "EC" };
  const token = await signJwt(key, { sub: "a" });
  expect(Buffer.from(token.split(".")[2] as string, "base64url").length).toBe(96);
  expect((await verifyJwt([key], token))?.sub).toBe("a");
});

it.each([
  ["ES256", "P-256", 1500],
  ["ES384", "P-384", 300],
  ["ES512", "P-521", 300],
] as const)("signatures of %s keep their length, whatever zeros their numbers begin with", async (alg, namedCurve, times) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  const key = { ...privateKey.export({ format: "jwk" }), alg, kid: "k", use: "sig" } as KeyJwk;
  const digest = alg.replace("ES", "sha");
  for (let time = 0; time < times; time += 1) {
    const [header, payload, signature] = (await signJwt(key, { time })).split(".") as [string, string, string];
    const input = Buffer.from(`${header}.${payload}`);
    expect(verify(digest, input, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))).toBe(true);
  }
});
