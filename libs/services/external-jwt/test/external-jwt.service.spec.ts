import { generateKeyPairSync, sign } from "node:crypto";
import { externalJwtFailedToFetchJwks, externalJwtInvalidJwt } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { testPlatform, testProject } from "@gatehouse/platform-testing";
import { ExternalJwt } from "@gatehouse/service-external-jwt";
import { type JWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeIssuer, startFakeIssuer } from "./fake-issuer.js";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const at = (seconds: number): number => NOW / 1000 + seconds;

let issuer: FakeIssuer;
let other: FakeIssuer;
let external: ExternalJwt;

beforeAll(async () => {
  [issuer, other] = await Promise.all([startFakeIssuer("partner"), startFakeIssuer("other")]);
});
afterAll(() => Promise.all([issuer.close(), other.close()]));
beforeEach(async () => {
  external = new ExternalJwt((await testPlatform()).env); // an empty cache
  issuer.asked = 0;
  issuer.answer = undefined;
});
afterEach(() => external.onApplicationShutdown());

/** A project that trusts both issuers, at so many seconds from now. */
async function trusting(more: Record<string, unknown> = {}): Promise<(seconds?: number) => ProjectContext> {
  const issuers = [
    { iss: issuer.iss, jwks_uri: issuer.jwksUri, ...more },
    { iss: other.iss, jwks_uri: other.jwksUri },
  ];
  const project = await testProject({ config: { external_jwt: { issuers } } });
  return (seconds = 0) => project.with({ now: () => new Date(NOW + seconds * 1000) });
}
const claims = (more: JWTPayload = {}): JWTPayload => ({ iss: issuer.iss, iat: at(-10), exp: at(60), email: "ann@example.com", email_verified: true, ...more });
const invalid = (ctx: ProjectContext, jwt: string) => expect(external.verify(ctx, jwt)).rejects.toSatisfy(externalJwtInvalidJwt.is);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("what an issuer says", () => {
  it("is told", async () => {
    const ctx = (await trusting())();
    expect(await external.verify(ctx, await issuer.sign(claims()))).toEqual({ email: "ann@example.com", emailVerified: true, phoneNumberVerified: false, issuer: issuer.iss });
    const all = claims({ phone_number: "+85251000000", phone_number_verified: true, email_verified: false, preferred_username: "ann" });
    expect(await external.verify(ctx, await issuer.sign(all))).toEqual({
      email: "ann@example.com",
      phone_number: "+85251000000",
      preferred_username: "ann",
      emailVerified: false,
      phoneNumberVerified: true,
      issuer: issuer.iss,
    });
  });

  it("counts as proven only when it is `true` itself", async () => {
    const ctx = (await trusting())();
    for (const email_verified of ["true", 1, null, undefined])
      expect(await external.verify(ctx, await issuer.sign(claims({ email_verified })))).toMatchObject({ emailVerified: false });
  });

  it("leaves out claims that are no texts", async () => {
    const jwt = await issuer.sign(claims({ email: ["a@example.com"], phone_number: 5, preferred_username: "" }));
    expect(await external.verify((await trusting())(), jwt)).toEqual({ emailVerified: true, phoneNumberVerified: false, issuer: issuer.iss });
  });

  it.each(["ES256", "PS512", "EdDSA"])("may be signed with %s", async (alg) => {
    await issuer.rotate(alg);
    expect(await external.verify((await trusting())(), await issuer.sign(claims()))).toMatchObject({ email: "ann@example.com" });
    await issuer.rotate();
  });
});

describe("times, with five minutes of skew", () => {
  it.each([
    ["just expired", { exp: at(-299) }, true],
    ["expired too long ago", { exp: at(-300) }, false],
    ["good in five minutes", { nbf: at(300) }, true],
    ["good later", { nbf: at(301) }, false],
    ["made in five minutes", { iat: at(300), exp: at(600) }, true],
    ["made later", { iat: at(301), exp: at(600) }, false],
    ["expiring at a text", { exp: "tomorrow" }, false],
    ["made at a text", { iat: "now" }, false],
  ])("%s", async (_when, more, isGood) => {
    const ctx = (await trusting())();
    const jwt = await issuer.sign(claims(more as JWTPayload));
    if (isGood) expect(await external.verify(ctx, jwt)).toMatchObject({ email: "ann@example.com" });
    else await invalid(ctx, jwt);
  });
});

describe("a JWT is refused", () => {
  it("without a signature (algorithm none)", async () => {
    const ctx = (await trusting())();
    for (const alg of ["none", "None", "NONE"]) {
      await invalid(ctx, `${encode({ alg, typ: "JWT" })}.${encode(claims())}.`);
      await invalid(ctx, `${encode({ alg, kid: issuer.kid })}.${encode(claims())}.c2ln`);
    }
  });

  it("signed with the public key as a shared secret (algorithm confusion)", async () => {
    const ctx = (await trusting())();
    for (const secret of [issuer.publicPem, issuer.publicPem.trim(), String(issuer.keys[0]?.n), JSON.stringify(issuer.keys[0])])
      await invalid(ctx, await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: issuer.kid }).sign(new TextEncoder().encode(secret)));
  });

  it("signed with a shared secret, even one the issuer publishes (symmetric keys)", async () => {
    const secret = new TextEncoder().encode("a secret that is long enough for it");
    const { keys } = issuer;
    issuer.keys = [...keys, { kty: "oct", kid: "shared", alg: "HS256", k: Buffer.from(secret).toString("base64url") }];
    await invalid((await trusting())(), await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "shared" }).sign(secret));
    issuer.keys = keys;
  });

  it("signed by another trusted issuer in this one's name (issuer confusion)", async () => {
    const ctx = (await trusting())();
    await invalid(ctx, await other.sign(claims()));
    await invalid(ctx, await other.sign(claims(), { kid: issuer.kid }));
    await invalid(ctx, await issuer.sign(claims({ iss: other.iss })));
    expect(await external.verify(ctx, await other.sign(claims({ iss: other.iss })))).toMatchObject({ issuer: other.iss });
  });

  it("of an issuer that is not trusted, without a call (request forgery)", async () => {
    const ctx = (await trusting())();
    for (const iss of ["https://stranger.example", `${issuer.iss}/`, issuer.iss.toUpperCase(), "", undefined]) await invalid(ctx, await issuer.sign(claims({ iss })));
    expect(issuer.asked).toBe(0);
    await invalid((await testProject()).ctx, await issuer.sign(claims()));
  });

  it("that brings its own key (embedded jwk, jku, x5u, x5c)", async () => {
    const ctx = (await trusting())();
    const stranger = await startFakeIssuer("stranger");
    const jwk = stranger.keys[0];
    const headers = [{ jwk }, { jku: stranger.jwksUri }, { x5u: stranger.jwksUri }, { x5c: ["MIIB"] }];
    for (const header of headers)
      for (const kid of [issuer.kid, stranger.kid, undefined])
        await invalid(ctx, await new SignJWT(claims()).setProtectedHeader({ alg: "RS256", ...header, ...(kid ? { kid } : {}) } as never).sign(stranger.privateKey));
    expect(stranger.asked).toBe(0);
    await stranger.close();
  });

  it("for another audience, or none, where one is configured (token substitution)", async () => {
    const ctx = (await trusting({ aud: "gatehouse" }))();
    await invalid(ctx, await issuer.sign(claims({ aud: "another" })));
    await invalid(ctx, await issuer.sign(claims({ aud: ["another", "gatehouse2"] })));
    await invalid(ctx, await issuer.sign(claims()));
    expect(await external.verify(ctx, await issuer.sign(claims({ aud: ["another", "gatehouse"] })))).toMatchObject({ email: "ann@example.com" });
  });

  it("changed after signing (tampered payload)", async () => {
    const [header, , signature] = (await issuer.sign(claims())).split(".");
    await invalid((await trusting())(), `${header}.${encode(claims({ email: "victim@example.com" }))}.${signature}`);
  });

  it("with a critical header that nobody knows", async () => {
    const signing = new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: issuer.kid, crit: ["exp2"], exp2: 1 } as never);
    await invalid((await trusting())(), await signing.sign(issuer.privateKey, { crit: { exp2: true } } as never));
  });

  it("signed with a weak key of the issuer", async () => {
    const ctx = (await trusting())();
    const { keys } = issuer;
    const signed = async (modulusLength: number): Promise<string> => {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
      issuer.keys = [{ ...(publicKey.export({ format: "jwk" }) as JWK), kid: "by-hand", alg: "RS256" }];
      const text = `${encode({ alg: "RS256", kid: "by-hand" })}.${encode(claims())}`;
      return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
    };
    await invalid(ctx, await signed(1024));
    const strong = new ExternalJwt((await testPlatform()).env);
    expect(await strong.verify(ctx, await signed(2048))).toMatchObject({ email: "ann@example.com" });
    await strong.onApplicationShutdown();
    issuer.keys = keys;
  });

  it.each([
    ["empty", ""],
    ["no JWT", "abc"],
    ["no JSON", "a.b.c"],
    ["five parts", "a.b.c.d.e"],
    ["claims that are a list", `${encode({ alg: "RS256" })}.${encode([1])}.c2ln`],
  ])("that is malformed: %s", async (_what, jwt) => {
    await invalid((await trusting())(), jwt);
  });

  it("of more than 16 KiB, before it is looked at (resource exhaustion)", async () => {
    await invalid((await trusting())(), await issuer.sign(claims({ padding: "x".repeat(20_000) })));
    expect(issuer.asked).toBe(0);
  });
});

describe("the keys of an issuer", () => {
  it("are asked for once in five minutes, and once by all who come together", async () => {
    const ctx = await trusting();
    const jwt = await issuer.sign(claims({ exp: at(3600) }));
    await Promise.all(Array.from({ length: 20 }, () => external.verify(ctx(), jwt)));
    await external.verify(ctx(299), jwt);
    expect(issuer.asked).toBe(1);
    await external.verify(ctx(300), jwt);
    expect(issuer.asked).toBe(2);
  });

  it("are asked for again at an unknown key id: a rotated key is good at once", async () => {
    const ctx = await trusting();
    await external.verify(ctx(), await issuer.sign(claims()));
    await issuer.rotate();
    const jwt = await issuer.sign(claims());
    await invalid(ctx(9), jwt);
    expect(await external.verify(ctx(10), jwt)).toMatchObject({ email: "ann@example.com" });
    expect(issuer.asked).toBe(2);
  });

  it("are asked for every ten seconds at most, whatever key ids come (amplified requests)", async () => {
    const ctx = await trusting();
    await external.verify(ctx(), await issuer.sign(claims()));
    for (let second = 1; second <= 30; second += 1) await invalid(ctx(second), await issuer.sign(claims(), { kid: `random-${second}` }));
    expect(issuer.asked).toBe(4);
  });

  it("that are withdrawn are not believed after five minutes (compromised key)", async () => {
    const ctx = await trusting();
    const jwt = await issuer.sign(claims({ exp: at(3600) }));
    await external.verify(ctx(), jwt);
    await issuer.rotate();
    await invalid(ctx(300), jwt);
  });

  it("stay good for their five minutes while the issuer is away, also when unknown key ids come", async () => {
    const ctx = await trusting();
    const jwt = await issuer.sign(claims({ exp: at(3600) }));
    await external.verify(ctx(), jwt);
    issuer.answer = (response) => response.writeHead(503).end();
    await invalid(ctx(100), await issuer.sign(claims(), { kid: "unknown" }));
    expect(await external.verify(ctx(101), jwt)).toMatchObject({ email: "ann@example.com" });
    await expect(external.verify(ctx(300), jwt)).rejects.toSatisfy(externalJwtFailedToFetchJwks.is);
  });

  it.each([
    ["an error", 500, "{}"],
    ["a redirect", 302, '{"keys":[]}'],
    ["no JSON", 200, "<html>"],
    ["no key set", 200, '{"keys":"none"}'],
    ["a list", 200, "[]"],
    ["null", 200, "null"],
    ["too much", 200, JSON.stringify({ keys: [], padding: "x".repeat(300_000) })],
  ])("that are %s cannot be had, and are asked for again after ten seconds only", async (_what, status, body) => {
    const ctx = await trusting();
    const jwt = await issuer.sign(claims());
    issuer.answer = (response) => response.writeHead(status, { location: other.jwksUri }).end(body);
    for (const seconds of [0, 1, 9]) await expect(external.verify(ctx(seconds), jwt)).rejects.toMatchObject({ status: 500, reason: "ExternalJWTFailedToFetchJWKs" });
    expect(issuer.asked).toBe(1);
    issuer.answer = undefined;
    expect(await external.verify(ctx(10), jwt)).toMatchObject({ email: "ann@example.com" });
  });

  it("cannot be had from addresses that may not be called (request forgery by configuration)", async () => {
    const strict = new ExternalJwt(new EnvConfig({ ...(await testPlatform()).env, devMode: false }));
    await expect(strict.verify((await trusting())(), await issuer.sign(claims()))).rejects.toSatisfy(externalJwtFailedToFetchJwks.is);
    expect(issuer.asked).toBe(0);
    await strict.onApplicationShutdown();
  });

  it("are not asked for inside a transaction, which is a mistake of ours and not kept against the issuer", async () => {
    const ctx = (await trusting())();
    const jwt = await issuer.sign(claims());
    const { db } = await testPlatform();
    await expect(db.transaction(() => external.verify(ctx, jwt))).rejects.toThrow("inside a database transaction");
    expect(await external.verify(ctx, jwt)).toMatchObject({ email: "ann@example.com" });
  });
});
