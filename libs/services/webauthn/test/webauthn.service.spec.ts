import { beforeAll, describe, expect, it } from "vitest";
import type { PasskeyCredential } from "@gatehouse/domain-authenticator";
import { webAuthnSessionNotFound } from "@gatehouse/domain-errors";
import { commandCount } from "@gatehouse/platform-redis";
import { testModule, testProject, type TestProjectOptions } from "@gatehouse/platform-testing";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { type Lie, SoftwareAuthenticator } from "./software-authenticator.mjs";

let webAuthn: WebAuthn;
beforeAll(async () => {
  webAuthn = (await testModule([], [WebAuthn])).get(WebAuthn);
});

const USER = "0b1c7d58-6f0e-4c39-9c53-0a1f5f3d0c11";
const OTHER_USER = "5f0b8f7e-1d55-4a4a-8d0f-7a7f6a0f8b22";
type PublicKey = Record<string, unknown> & { challenge: string };
const publicKeyOf = (options: Record<string, unknown>): PublicKey => options.publicKey as PublicKey;

async function setUp(options: TestProjectOptions = {}, authenticator = new SoftwareAuthenticator()) {
  const project = await testProject(options);
  const { ctx } = project;
  const origin = ctx.request.publicOrigin;
  const creationOptions = (userId = USER) => webAuthn.creationOptions(ctx, { userId, accountName: "ada@example.com", exclude: [] });
  const create = async (lie?: Lie) => webAuthn.verifyCreation(ctx, { response: authenticator.create(await creationOptions(), origin, lie), userId: USER });
  const ask = () => webAuthn.requestOptions(ctx, {});
  const answer = async (lie?: Lie) => authenticator.get(await ask(), origin, lie);
  const verify = (credential: PasskeyCredential, response: unknown) => webAuthn.verifyAssertion(ctx, { response, credential });
  return { ...project, origin, authenticator, creationOptions, create, ask, answer, verify };
}

/** With a passkey of the user. */
async function setUpWithPasskey(options?: TestProjectOptions) {
  const project = await setUp(options);
  const credential = (await project.create()) as PasskeyCredential;
  return { ...project, credential, refused: async (lie: Lie) => expect(await project.verify(credential, await project.answer(lie))).toBeUndefined() };
}

describe("what a browser is asked", () => {
  it("of an unknown user, any passkey, within an hour", async () => {
    const { ask, host } = await setUp();
    const options = publicKeyOf(await ask());
    expect(options).toEqual({ challenge: options.challenge, timeout: 3_600_000, rpId: host, userVerification: "preferred", extensions: { uvm: true } });
    expect(Buffer.from(options.challenge, "base64url")).toHaveLength(32);
    expect(publicKeyOf(await ask()).challenge).not.toBe(options.challenge);
  });

  it.each([{ allow: [] }, { allow: ["AAEC", "AwQF"] }])("of a known user, one of these, within five minutes: $allow", async ({ allow }) => {
    const { ctx } = await setUp();
    const options = publicKeyOf(await webAuthn.requestOptions(ctx, { allow }));
    expect(options).toMatchObject({ timeout: 300_000, allowCredentials: allow.map((id) => ({ type: "public-key", id })) });
  });

  it("for a new passkey", async () => {
    const { ctx, host } = await setUp();
    const options = publicKeyOf(await webAuthn.creationOptions(ctx, { userId: USER, accountName: "ada@example.com", exclude: ["AAEC"] }));
    expect(options).toEqual({
      challenge: options.challenge,
      rp: { id: host, name: ctx.project.id },
      user: { id: Buffer.from(USER).toString("base64url"), name: "ada@example.com", displayName: "ada@example.com" },
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      timeout: 300_000,
      excludeCredentials: [{ type: "public-key", id: "AAEC" }],
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
      attestation: "direct",
      extensions: { uvm: true, credProps: true },
    });
  });

  it("names the project in the reader's language, and the host without its port", async () => {
    const translation = (name: string) => JSON.stringify({ "app.name": name });
    const resources = { "templates/en/translation.json": translation("Acme"), "templates/fr/translation.json": translation("Acmé"), "templates/de/translation.json": "{" };
    const { ctx } = await setUp({ config: { localization: { fallback_language: "en", supported_languages: ["en", "fr", "de"] } }, resources });
    const named = async (locale: string) => {
      const there = { ...ctx, request: { ...ctx.request, publicOrigin: "https://shop.example:8443", locales: [locale] } };
      return publicKeyOf(await webAuthn.creationOptions(there, { userId: USER, accountName: "a", exclude: [] })).rp;
    };
    expect([await named("fr-CA"), await named("de"), await named("it")]).toEqual(["Acmé", "Acme", "Acme"].map((name) => ({ id: "shop.example", name })));
  });
});

describe("a passkey", () => {
  it("is created, and signs in again and again", async () => {
    const { credential, verify, answer } = await setUpWithPasskey();
    expect(credential).toEqual({ credentialId: expect.stringMatching(/^[\w-]{22}$/), publicKey: expect.stringMatching(/^[\w-]+$/), signCount: 0, transports: ["internal"] });
    expect(webAuthn.credentialIdOf(await answer())).toBe(credential.credentialId);
    for (const signCount of [2, 3]) expect(await verify(credential, await answer())).toEqual({ signCount });
  });

  it("need not verify who touches it", async () => {
    const { create, verify, answer } = await setUp({}, new SoftwareAuthenticator({ userVerified: false }));
    const credential = (await create()) as PasskeyCredential;
    expect(await verify(credential, await answer())).toEqual({ signCount: 1 });
  });

  it("may keep no counter", async () => {
    const { credential, verify, answer } = await setUpWithPasskey();
    expect(await verify(credential, await answer({ counter: 0 }))).toEqual({ signCount: 0 });
    expect(await verify(credential, await answer({ counter: 0 }))).toEqual({ signCount: 0 });
  });

  it("may attest itself", async () => {
    const { create } = await setUp();
    expect(await create({ attestedBy: "itself" })).toBeDefined();
  });

  it("may be used from the pages of other hosts that the project allows", async () => {
    const { credential, verify, answer, host } = await setUpWithPasskey({
      config: { http: { public_origin: "http://shop.example", allowed_origins: ["https://login.shop.example", "app.shop.example", "*.wild.example"] } },
    });
    for (const origin of ["https://login.shop.example", "https://app.shop.example"]) expect(await verify(credential, await answer({ origin }))).toBeDefined();
    for (const origin of ["http://app.shop.example", "https://x.wild.example", "https://evil.example", `http://${host}:8080`, `https://${host}`, "null"])
      expect(await verify(credential, await answer({ origin }))).toBeUndefined();
  });

  it("costs one Redis command to ask for and one to check", async () => {
    const { credential, ask, authenticator, origin, verify } = await setUpWithPasskey();
    const asked = await commandCount.during(ask);
    expect(asked.commands).toEqual(["set"]);
    const answer = authenticator.get(asked.result, origin);
    expect((await commandCount.during(() => verify(credential, answer))).commands).toEqual(["getdel"]);
  });
});

describe("threats", () => {
  const gone = (error: unknown) => webAuthnSessionNotFound.is(error);

  it("replayed assertion: the challenge is spent, right answer or not", async () => {
    const { credential, verify, answer } = await setUpWithPasskey();
    const [good, bad] = [await answer(), await answer({ origin: "https://evil.example" })];
    expect(await verify(credential, good)).toBeDefined();
    await expect(verify(credential, good)).rejects.toSatisfy(gone);
    expect(await verify(credential, bad)).toBeUndefined();
    await expect(verify(credential, bad)).rejects.toSatisfy(gone);
  });

  it("replayed creation", async () => {
    const { ctx, creationOptions, authenticator, origin } = await setUp();
    const response = authenticator.create(await creationOptions(), origin);
    expect(await webAuthn.verifyCreation(ctx, { response, userId: USER })).toBeDefined();
    await expect(webAuthn.verifyCreation(ctx, { response, userId: USER })).rejects.toSatisfy(gone);
  });

  it("race of one answer: of ten, one is taken", async () => {
    const { credential, verify, answer } = await setUpWithPasskey();
    const response = await answer();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => verify(credential, response)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("challenge that was never issued", async () => {
    const { credential, verify, answer, create } = await setUpWithPasskey();
    const challenge = Buffer.alloc(32).toString("base64url");
    await expect(answer({ challenge }).then((response) => verify(credential, response))).rejects.toSatisfy(gone);
    await expect(create({ challenge })).rejects.toSatisfy(gone);
  });

  it("old challenge: it is kept for an hour and no longer", async () => {
    const { ask, ctx, redis } = await setUp();
    await ask();
    const keys = await redis.client.keys(`app:{${ctx.project.id}}:webauthn-challenge:*`);
    expect(keys).toHaveLength(1);
    const ttl = await redis.client.ttl(keys[0] as string);
    expect(ttl).toBeGreaterThan(3590);
    expect(ttl).toBeLessThanOrEqual(3600);
  });

  it("reader of Redis: challenges are hashed", async () => {
    const { ask, ctx, redis } = await setUp();
    const { challenge } = publicKeyOf(await ask());
    const [key] = await redis.client.keys(`app:{${ctx.project.id}}:*`);
    expect(key).toMatch(/:webauthn-challenge:[0-9a-f]{64}$/);
    expect(`${key} ${await redis.client.get(key as string)}`).not.toContain(challenge);
  });

  it("challenge of another project", async () => {
    const { credential, verify, answer, create } = await setUpWithPasskey();
    const other = await setUp();
    const asked = await answer({ challenge: publicKeyOf(await other.ask()).challenge });
    await expect(verify(credential, asked)).rejects.toSatisfy(gone);
    await expect(create({ challenge: publicKeyOf(await other.creationOptions()).challenge })).rejects.toSatisfy(gone);
  });

  it("challenge of another user: it is refused, and still good for whom it was issued to", async () => {
    const { ctx, creationOptions, authenticator, origin } = await setUp();
    const response = authenticator.create(await creationOptions(USER), origin);
    await expect(webAuthn.verifyCreation(ctx, { response, userId: OTHER_USER })).rejects.toSatisfy(gone);
    expect(await webAuthn.verifyCreation(ctx, { response, userId: USER })).toBeDefined();
  });

  it("challenge for something else", async () => {
    const { ctx, credential, verify, ask, creationOptions, answer } = await setUpWithPasskey();
    const created = publicKeyOf(await creationOptions()).challenge;
    await expect(answer({ challenge: created }).then((response) => verify(credential, response))).rejects.toSatisfy(gone);
    const asked = publicKeyOf(await ask()).challenge;
    const response = new SoftwareAuthenticator().create(await creationOptions(), ctx.request.publicOrigin, { challenge: asked });
    await expect(webAuthn.verifyCreation(ctx, { response, userId: USER })).rejects.toSatisfy(gone);
  });

  it.each<[string, Lie]>([
    ["page of another origin", { origin: "https://evil.example" }],
    ["another relying party id", { rpId: "evil.example" }],
    ["page hidden in another site's", { crossOrigin: true }],
    ["malware without a touch", { absent: true }],
    ["answer of the other ceremony", { type: "webauthn.create" }],
  ])("%s", async (_, lie) => (await setUpWithPasskey()).refused(lie));

  it.each<[string, Lie]>([
    ["page of another origin", { origin: "https://evil.example" }],
    ["another relying party id", { rpId: "evil.example" }],
    ["page hidden in another site's", { crossOrigin: true }],
    ["malware without a touch", { absent: true }],
    ["answer of the other ceremony", { type: "webauthn.get" }],
    ["weak algorithm", { algorithm: -65535 }],
    ["attestation signed by somebody else", { attestedBy: "another" }],
    ["empty credential id", { credentialId: Buffer.alloc(0) }],
    ["endless credential id", { credentialId: Buffer.alloc(1024) }],
  ])("%s, in a creation", async (_, lie) => expect(await (await setUp()).create(lie)).toBeUndefined());

  it("copied authenticator: the counter falls back, or stands still", async () => {
    const { credential, verify, answer } = await setUpWithPasskey();
    const known = { ...credential, signCount: 7 };
    for (const counter of [6, 7, 0]) expect(await verify(known, await answer({ counter }))).toBeUndefined();
    expect(await verify(known, await answer({ counter: 8 }))).toEqual({ signCount: 8 });
  });

  const lastBitFlipped = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) as number) ^ 1])]);
  const oneMoreMember = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replace("}", ',"x":1}'));
  it.each([
    ["signature", lastBitFlipped],
    ["authenticatorData", lastBitFlipped],
    ["clientDataJSON", oneMoreMember],
  ] as const)("tampered %s", async (member, tamper) => {
    const { credential, verify, answer } = await setUpWithPasskey();
    const good = await answer();
    const tampered = tamper(Buffer.from(good.response[member], "base64url")).toString("base64url");
    expect(await verify(credential, { ...good, response: { ...good.response, [member]: tampered } })).toBeUndefined();
  });

  it("answer of another passkey under the name of a known one", async () => {
    const { credential, verify, origin, ask, creationOptions } = await setUpWithPasskey();
    const thief = new SoftwareAuthenticator();
    thief.create(await creationOptions(), origin);
    const stolen = thief.get(await ask(), origin);
    expect(await verify(credential, stolen)).toBeUndefined();
    const renamed = thief.get(await ask(), origin);
    expect(await verify(credential, { ...renamed, id: credential.credentialId, rawId: credential.credentialId })).toBeUndefined();
  });

  it("new passkey under the id of somebody else's", async () => {
    const { ctx, creationOptions, authenticator, origin, credential } = await setUpWithPasskey();
    const response = authenticator.create(await creationOptions(), origin);
    expect(await webAuthn.verifyCreation(ctx, { response: { ...response, id: credential.credentialId, rawId: credential.credentialId }, userId: USER })).toBeUndefined();
  });

  it("certificates that name addresses to be fetched: statements that need them are not judged", async () => {
    const { create } = await setUp();
    for (const format of ["android-key", "android-safetynet", "apple"]) {
      const statement = new Map<string, unknown>([["x5c", [Buffer.from("no certificate")]]]);
      expect(await create({ attestation: [format, statement] }), format).toMatchObject({ signCount: 0 });
    }
  });

  it("bytes that are no attestation", async () => {
    const { ctx, creationOptions, authenticator, origin } = await setUp();
    const nested = Buffer.concat([Buffer.alloc(40_000, 0x81), Buffer.from([0])]).toString("base64url");
    const endless = Buffer.from([0x9b, 0, 0, 0, 1, 0, 0, 0, 0]).toString("base64url");
    for (const attestationObject of ["AA", nested, endless]) {
      const good = authenticator.create(await creationOptions(), origin);
      expect(await webAuthn.verifyCreation(ctx, { response: { ...good, response: { ...good.response, attestationObject } }, userId: USER })).toBeUndefined();
    }
  });

  it("oversized or malformed input costs no look-up", async () => {
    const { ctx, credential, verify, answer } = await setUpWithPasskey();
    const good = await answer();
    const clientDataJSON = Buffer.from(JSON.stringify({ challenge: "x", padding: "x".repeat(10_000) })).toString("base64url");
    const bad = [
      undefined,
      null,
      "x",
      [],
      {},
      { ...good, response: null },
      { ...good, id: 7 },
      { ...good, response: { ...good.response, signature: "A".repeat(1_000_000) } },
      { ...good, response: { ...good.response, clientDataJSON } },
      { ...good, response: { ...good.response, clientDataJSON: "bm90IEpTT04" } },
    ];
    const { commands } = await commandCount.during(async () => {
      for (const response of bad) {
        expect(await verify(credential, response)).toBeUndefined();
        expect(await webAuthn.verifyCreation(ctx, { response, userId: USER })).toBeUndefined();
      }
    });
    expect(commands).toEqual([]);
  });
});
