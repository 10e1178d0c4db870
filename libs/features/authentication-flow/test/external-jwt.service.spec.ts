import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymousUser, type FlowRunner, flowRunner, PASSWORD, usersOf } from "./flow-runner.js";

const ISS = "https://issuer.example";
let server: Server;
let jwksUri: string;
let key: CryptoKey;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  key = pair.privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256", use: "sig" }];
  server = createServer((request, response) => void response.writeHead(request.url === "/keys" ? 200 : 404).end(JSON.stringify({ keys })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const sign = (claims: JWTPayload): Promise<string> =>
  new SignJWT({ iss: ISS, exp: Math.floor(Date.now() / 1000) + 60, ...claims }).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key);
const vouched = async (claims: JWTPayload, identification = "email") => ({ identification, external_jwt: await sign(claims) });
const choose = { authentication: "primary_password", new_password: PASSWORD };

function browserWith(jwks_uri = jwksUri): Promise<FlowRunner> {
  const verification = { claims: { email: { enabled: true, required: true } } };
  return flowRunner({ config: { external_jwt: { issuers: [{ iss: ISS, jwks_uri }] }, verification, identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } } });
}

describe("a sign-up by another issuer's JWT", () => {
  it("takes the address from it, and needs no code where the issuer has proven it", async () => {
    const browser = await browserWith();
    const asked = await browser.run("signup", [await vouched({ email: "Ann@Example.com", email_verified: true })]);
    expect(asked.action).toMatchObject({ type: "create_authenticator", identification: "email" });
    expect((await browser.feed(asked.token, choose)).finished).toBe(true);
    expect((await usersOf(browser))[0]).toMatchObject({ standard_attributes: { email: "ann@example.com" }, verified: [{ name: "email", value: "ann@example.com" }] });
  });

  it("asks for a code where the issuer has not", async () => {
    const browser = await browserWith();
    for (const email_verified of [undefined, false, "true"]) {
      const asked = await browser.run("signup", [await vouched({ email: `u${String(email_verified)}@example.com`, email_verified })]);
      expect(asked.action).toMatchObject({ type: "verify", data: { type: "verify_oob_otp_data" } });
    }
  });

  it("is refused with an address that is taken", async () => {
    const browser = await browserWith();
    await browser.run("signup", [await vouched({ email: "ann@example.com", email_verified: true }), choose]);
    const refused = await browser.another().run("signup", [await vouched({ email: "ann@example.com", email_verified: true })]);
    expect(refused.error).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
  });

  it("takes the claim that belongs to the identification, and no other", async () => {
    const browser = await browserWith();
    const asked = await browser.run("signup", [await vouched({ preferred_username: "annie", email: "ann@example.com", email_verified: true }, "username")]);
    expect(asked.action.type).toBe("create_authenticator");
    const missing = await browser.run("signup", [await vouched({ preferred_username: "annie" })]);
    expect(missing.error).toMatchObject({ name: "BadRequest", reason: "ExternalJWTInvalidClaim", code: 400, info: { FlowType: "signup" } });
    const malformed = await browser.run("signup", [await vouched({ email: "no address" })]);
    expect(malformed.error?.code).toBe(400);
  });

  it("is refused when it is not the issuer's (forgery), and when the keys cannot be had", async () => {
    const browser = await browserWith();
    const good = await sign({ email: "ann@example.com", email_verified: true });
    for (const external_jwt of [
      "garbage",
      `${good.slice(0, -4)}AAAA`,
      await sign({ iss: "https://other.example", email: "ann@example.com" }),
      await sign({ exp: 1, email: "ann@example.com" }),
    ])
      expect((await browser.run("signup", [{ identification: "email", external_jwt }])).error).toMatchObject({ name: "BadRequest", reason: "ExternalJWTInvalidJWT", code: 400 });
    const broken = await browserWith(`${jwksUri}/gone`);
    expect((await broken.run("signup", [{ identification: "email", external_jwt: good }])).error).toMatchObject({
      name: "InternalError",
      reason: "ExternalJWTFailedToFetchJWKs",
      code: 500,
    });
  });

  it("has either the JWT or a login id, and only a sign-up takes one", async () => {
    const browser = await browserWith();
    const jwt = await vouched({ email: "ann@example.com", email_verified: true });
    expect((await browser.run("signup", [{ ...jwt, login_id: "bob@example.com" }])).error).toMatchObject({ reason: "ValidationFailed", message: "invalid value" });
    expect((await browser.run("signup", [{ identification: "email" }])).error).toMatchObject({ reason: "ValidationFailed" });
    for (const type of ["login", "signup_login", "account_recovery"])
      expect((await browser.run(type, [jwt])).error).toMatchObject({ reason: "ValidationFailed", message: "invalid value" });
    const { hint } = await anonymousUser(browser);
    expect((await browser.run("promote", [jwt], { urlQuery: hint })).error).toMatchObject({ reason: "ValidationFailed", message: "invalid value" });
  });
});
