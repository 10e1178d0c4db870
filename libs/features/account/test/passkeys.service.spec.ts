import { beforeAll, describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "@gatehouse/service-webauthn/testing";
import { AddPasskey, DeleteIdentity } from "../src/index.js";
import { AccountProject, refused, service } from "./account-project.js";

let adding: AddPasskey;
beforeAll(async () => {
  adding = await service(AddPasskey);
});

async function ann() {
  const at = await AccountProject.make();
  const userId = await at.addUser({ email: "ann@example.com" });
  const response = async () => new SoftwareAuthenticator().create(await adding.options(at.ctx, userId), at.ctx.request.publicOrigin);
  return { at, userId, response };
}

describe("passkeys", () => {
  it("are added as an identity and a primary authenticator, without an event, and excluded next time", async () => {
    const { at, userId, response } = await ann();
    const identity = await adding.run(at.ctx, { userId, response: await response() });
    expect(identity).toMatchObject({ type: "passkey", details: { passkey: { credentialId: identity.uniqueKey, displayName: "ann@example.com" } } });
    const { authenticators } = await at.facts(userId);
    expect(authenticators).toMatchObject([
      { type: "password", isDefault: true },
      { type: "passkey", kind: "primary", isDefault: false, passkey: { credentialId: identity.uniqueKey } },
    ]);
    expect(await at.events()).toEqual([]);
    expect((await adding.options(at.ctx, userId)).publicKey).toMatchObject({ excludeCredentials: [{ id: identity.uniqueKey }] });
  });

  it("take their authenticator along when they are removed", async () => {
    const { at, userId, response } = await ann();
    const { id } = await adding.run(at.ctx, { userId, response: await response() });
    await (await service(DeleteIdentity)).run(at.ctx, { userId, identityId: id, type: "passkey" });
    expect(await at.facts(userId)).toMatchObject({ identities: [{ type: "login_id" }], authenticators: [{ type: "password" }] });
    expect(await at.events()).toEqual([]);
  });

  it("need a challenge that was issued to this user, once (replayed answer)", async () => {
    const { at, userId, response } = await ann();
    const bob = await at.addUser({ email: "bob@example.com" });
    const answer = await response();
    expect(await refused(adding.run(at.ctx, { userId: bob, response: answer }))).toMatchObject({ name: "NotFound", reason: "WebAuthnSessionNotFound", code: 404 });
    const used = await response();
    await adding.run(at.ctx, { userId, response: used });
    expect((await refused(adding.run(at.ctx, { userId, response: used }))).reason).toBe("WebAuthnSessionNotFound");
  });

  it.each([undefined, {}, { id: "x" }])("refuse what is no answer: %j", async (response) => {
    const { at, userId } = await ann();
    expect(await refused(adding.run(at.ctx, { userId, response }))).toMatchObject({ reason: "InvalidCredentials", code: 401, info: { AuthenticationType: "passkey" } });
  });
});
