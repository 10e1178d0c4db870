import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oauthProtocolError } from "@gatehouse/domain-errors";
import type { SocialLogin } from "@gatehouse/service-social-login";
import { expectedAccounts } from "./accounts.js";
import type { FakeType } from "./fake-credentials.js";
import { type FakeProvider, startFakeProvider } from "./fake-provider.js";
import { CALLBACK, projectWith, socialLogin, visitProvider } from "./social-project.js";

type Claims = Record<string, unknown>;
let fake: FakeProvider;
let social: SocialLogin;

beforeAll(async () => {
  fake = await startFakeProvider();
  social = await socialLogin(fake);
});
afterAll(async () => {
  await social.onApplicationShutdown();
  await fake.close();
});
beforeEach(() => fake.reset());

async function login(type: FakeType) {
  const project = await projectWith(fake, type);
  fake.setAccount(expectedAccounts[type].account);
  const query = await visitProvider(social, project, { fake, alias: type });
  return social.profile(project.ctx, { alias: type, redirectUri: CALLBACK, query });
}
const refused = (type: FakeType) => expect(login(type)).rejects.toSatisfy(oauthProtocolError.is);

const encode = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const unsigned = (claims: Claims) => `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
const publicKeyPem = async (): Promise<string> => exportSPKI((await importJWK(fake.keys.publicJwk, "RS256", { extractable: true })) as CryptoKey);
const sharedSecret = (secret: string) => (claims: Claims) =>
  new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: fake.keys.publicJwk.kid as string }).sign(new TextEncoder().encode(secret));
const now = (): number => Math.floor(Date.now() / 1000);

const openId: FakeType[] = ["google", "apple", "linkedin", "azureadv2", "azureadb2c", "adfs"];

describe.each(openId)("an ID token of %s", (type) => {
  it("for another client is refused (token substitution)", async () => {
    fake.tamper.claims = { aud: "another-client" };
    await refused(type);
  });

  it("signed by a stranger under the provider's key id is refused (forged signature)", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    fake.tamper.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: fake.keys.publicJwk.kid as string }).sign(privateKey);
    await refused(type);
  });

  it("whose claims were changed after signing is refused (tampered payload)", async () => {
    fake.tamper.sign = async (claims) => {
      const [header, , signature] = (await fake.keys.sign(claims)).split(".");
      return `${header}.${encode({ ...claims, sub: "victim", oid: "victim" })}.${signature}`;
    };
    await refused(type);
  });

  it("without a signature is refused (algorithm none)", async () => {
    fake.tamper.sign = unsigned;
    await refused(type);
  });

  it("signed with the public key or the client secret as a shared secret is refused (algorithm confusion)", async () => {
    fake.tamper.sign = async (claims) => sharedSecret(await publicKeyPem())(claims);
    await refused(type);
    fake.tamper.sign = sharedSecret(fake.clientSecret(type));
    await refused(type);
  });

  it("with a key of its own in the header is refused (embedded key)", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    fake.tamper.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: "RS256", jwk }).sign(privateKey);
    await refused(type);
  });

  it("that is missing or no JWT is refused", async () => {
    for (const token of ["", "a.b.c", "x".repeat(1_000)]) {
      fake.tamper.sign = () => token;
      await refused(type);
    }
  });

  it("is taken five minutes around its times, not beyond (expired and future tokens)", async () => {
    for (const claims of [{ exp: now() - 280 }, { nbf: now() + 280 }, { iat: now() + 280 }]) {
      fake.tamper.claims = claims;
      expect((await login(type)).subjectId).toBe(expectedAccounts[type].subjectId);
    }
    for (const claims of [{ exp: now() - 320 }, { nbf: now() + 320 }, { iat: now() + 320 }, { exp: undefined }, { iat: undefined }]) {
      fake.tamper.claims = claims;
      await refused(type);
    }
  });
});

it.each<FakeType>(["google", "apple", "linkedin", "azureadb2c"])("an ID token of %s by a foreign issuer is refused", async (type) => {
  for (const iss of ["https://evil.example", undefined]) {
    fake.tamper.claims = { iss };
    await refused(type);
  }
});

it("linkedin: user info of another account than the ID token's is refused (mixed accounts)", async () => {
  fake.tamper.claims = { sub: "another" };
  await refused("linkedin");
});

it("facebook: the user call carries the proof of the app; an error there is the provider's error", async () => {
  expect((await login("facebook")).subjectId).toBe("1000");
  fake.tamper.answer = { at: "/user", by: (response) => response.writeHead(400).end(JSON.stringify({ error: { message: "Bad proof", type: "GraphMethodException" } })) };
  await expect(login("facebook")).rejects.toMatchObject({ reason: "OAuthError", info: { error: "GraphMethodException", error_description: "Bad proof" } });
});

it("answers never leave through errors in full (oversized error text)", async () => {
  fake.tamper.answer = { at: "/token", by: (response) => response.writeHead(400).end(JSON.stringify({ error: "e".repeat(9_000), error_description: "d".repeat(9_000) })) };
  const error = (await login("google").catch((thrown: unknown) => thrown)) as { info: { error: string; error_description: string } };
  expect([error.info.error.length, error.info.error_description.length]).toEqual([1_000, 1_000]);
});

it("a callback of any length is bounded (oversized callback)", async () => {
  const { ctx } = await projectWith(fake, "google");
  await expect(social.profile(ctx, { alias: "google", redirectUri: CALLBACK, query: `code=${"x".repeat(70_000)}` })).rejects.toSatisfy(oauthProtocolError.is);
  expect(fake.calls).toEqual([]);
});
