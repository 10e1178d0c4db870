import { beforeAll, describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { DeleteIdentity, type DeletableIdentity } from "../src/index.js";
import { AccountProject, refused, service } from "./account-project.js";

let deleting: DeleteIdentity;
beforeAll(async () => {
  deleting = await service(DeleteIdentity);
});

type UserId = Awaited<ReturnType<AccountProject["addUser"]>>;
const remove = async (at: AccountProject, userId: UserId, [type, value]: [DeletableIdentity, string]) =>
  deleting.run(at.ctx, { userId, identityId: await at.identityId(userId, value), type });
const invariant = (kind: string) => ({ name: "Invalid", reason: "InvariantViolated", code: 400, info: { cause: { kind } } });
const GOOGLE = { type: "oauth", uniqueKey: "google:{}:1", claims: { email: "g@example.com" } } as const;

describe("removing an identity", () => {
  it("takes what depended on it, and the newest other address becomes the user's", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({
      email: ["a@example.com", "b@example.com"],
      verified: [{ name: "email", value: "a@example.com" }],
      authenticators: [
        { type: "oob_otp_email", kind: "primary", target: "a@example.com" },
        { type: "oob_otp_email", kind: "primary", target: "b@example.com" },
      ],
    });
    await at.query('update auth_user set standard_attributes = \'{"email":"a@example.com","name":"Ann"}\' where project_id = $1');
    const counted = await statementCount.during(() => remove(at, userId, ["email", "a@example.com"]));
    const { identities, authenticators, verified, user } = await at.facts(userId);
    expect(identities.map(({ loginId }) => loginId)).toEqual(["b@example.com"]);
    expect(authenticators.map(({ type, email }) => [type, email])).toEqual(
      expect.arrayContaining([
        ["password", null],
        ["oob_otp_email", "b@example.com"],
      ]),
    );
    expect([authenticators.length, verified, user.standardAttributes]).toEqual([2, [], { email: "b@example.com", name: "Ann" }]);
    const [event] = await at.events();
    expect(event).toMatchObject({
      type: "identity.email.removed",
      context: { triggered_by: "user" },
      payload: { identity: { claims: { email: "a@example.com" } }, user: { standard_attributes: { email: "b@example.com" } } },
    });
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(9);
  });

  it("takes a password that no identity is left for", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "a@example.com", identities: [GOOGLE] });
    await remove(at, userId, ["email", "a@example.com"]);
    expect(await at.facts(userId)).toMatchObject({ identities: [{ type: "oauth" }], authenticators: [], user: { standardAttributes: { email: "g@example.com" } } });
  });

  it("leaves second factors and their recovery codes alone", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "a@example.com", username: "ann", authenticators: [{ type: "oob_otp_email", kind: "secondary", target: "a@example.com" }] });
    await at.query("insert into recovery_code (project_id, id, user_id, code_hash, created_at) values ($1, gen_random_uuid(), $2, 'h', now())", userId);
    await remove(at, userId, ["email", "a@example.com"]);
    expect(await at.facts(userId)).toMatchObject({
      recoveryCodes: 1,
      authenticators: expect.arrayContaining([expect.objectContaining({ type: "password" }), expect.objectContaining({ type: "oob_otp_email", email: "a@example.com" })]),
    });
  });

  it("is refused for the last login id, also beside passkeys, directory entries and guests", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({
      email: "a@example.com",
      identities: [
        { type: "passkey", uniqueKey: `p${at.ctx.newId()}` },
        { type: "ldap", uniqueKey: "l" },
        { type: "anonymous", uniqueKey: "x" },
      ],
    });
    expect(await refused(remove(at, userId, ["email", "a@example.com"]))).toMatchObject(invariant("RemoveLastIdentity"));
    expect((await at.facts(userId)).identities).toHaveLength(4);
    expect(await at.events()).toEqual([]);
  });

  it("is refused when another identity could no longer be logged in with", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({
      email: "a@example.com",
      username: "ann",
      password: null,
      authenticators: [{ type: "oob_otp_email", kind: "primary", target: "a@example.com" }],
    });
    const refusal = await refused(remove(at, userId, ["email", "a@example.com"]));
    expect(refusal).toMatchObject(invariant("RemoveLastPrimaryAuthenticator"));
    expect(refusal.info.cause.identity_id).toBe(await at.identityId(userId, "ann"));
    expect((await at.facts(userId)).authenticators).toHaveLength(1);
  });

  it("leaves one of two identities that are removed at the same time", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: ["a@example.com", "b@example.com"] });
    const outcomes = await Promise.allSettled([remove(at, userId, ["email", "a@example.com"]), remove(at, userId, ["email", "b@example.com"])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await at.facts(userId)).identities).toHaveLength(1);
  });

  it("is refused for an identity of another user, of another kind, or of nobody", async () => {
    const at = await AccountProject.make();
    const [ann, bob] = [await at.addUser({ email: "a@example.com", username: "ann" }), await at.addUser({ email: "b@example.com" })];
    const run = async (identityId: string, type: DeletableIdentity = "email") => refused(deleting.run(at.ctx, { userId: ann, identityId, type }));
    expect(await run(await at.identityId(bob, "b@example.com"))).toMatchObject({
      reason: "AccountManagementIdentityNotOwnedByUser",
      message: "identity not owned by current user",
      code: 400,
    });
    for (const id of [at.ctx.newId(), "x", await at.identityId(ann, "ann")]) expect(await run(id)).toMatchObject({ name: "NotFound", reason: "IdentityNotFound", code: 404 });
    expect((await at.facts(bob)).identities).toHaveLength(1);
  });

  it("does not know identities of another project (tenant isolation)", async () => {
    const [at, other] = [await AccountProject.make(), await AccountProject.make()];
    const [ann, stranger] = [await at.addUser({ email: "a@example.com" }), await other.addUser({ email: "a@example.com", username: "ann" })];
    const identityId = await other.identityId(stranger, "ann");
    expect((await refused(deleting.run(at.ctx, { userId: ann, identityId, type: "username" }))).reason).toBe("IdentityNotFound");
    expect((await other.facts(stranger)).identities).toHaveLength(2);
  });

  it("is refused where nobody may remove one, and for what is not configured", async () => {
    const at = await AccountProject.make({ config: { identity: { login_id: { keys: [{ type: "email", delete_disabled: true }, { type: "username" }] } } } });
    const userId = await at.addUser({ email: "a@example.com", username: "ann", identities: [GOOGLE] });
    expect(await refused(remove(at, userId, ["email", "a@example.com"]))).toMatchObject(invariant("IdentityModifyDisabled"));
    expect(await refused(remove(at, userId, ["oauth", "oauth"]))).toMatchObject(invariant("IdentityModifyDisabled"));
    await remove(at, userId, ["username", "ann"]);
  });

  it("tells of a biometric identity", async () => {
    const at = await AccountProject.make();
    const userId = await at.addUser({ email: "a@example.com", identities: [{ type: "biometric", uniqueKey: "k" }] });
    await remove(at, userId, ["biometric", "biometric"]);
    expect((await at.events()).map(({ type }) => type)).toEqual(["identity.biometric.disabled"]);
  });
});
