import { toGlobalId } from "@gatehouse/platform-graphql";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { eventsOf, newUser, SignIns } from "./admin-rows.js";
import { LifecycleOf, NORMAL } from "./lifecycle-of.js";

let client: AdminClient;
let user: LifecycleOf;
beforeAll(async () => {
  client = await adminClient();
});

const DAY = 86_400_000;
const transition = (from: string, to: string) => ({
  errorName: "Invalid",
  reason: "InvalidAccountStatusTransition",
  message: `invalid account status transition: ${from} -> ${to}`,
  info: { from, to },
});
const OWNED = [
  "identity",
  "authenticator",
  "verified_claim",
  "recovery_code",
  "device_token",
  "password_history",
  "client_authorization",
  "user_role",
  "user_group",
  "idp_session",
  "offline_grant",
];

/** A user who has one of everything. */
async function rich(): Promise<LifecycleOf> {
  const made = await LifecycleOf.user(client.ask, {
    config: { oauth: { clients: [{ client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] }] } },
  });
  const { target, userId } = made;
  const signIns = new SignIns(client.service, target);
  await signIns.browser(userId);
  await signIns.grant({ userId });
  const mine = [target.project.id, userId];
  await target.db.transaction(async (tx) => {
    const insert = (table: string, columns: string, values: string) =>
      tx.query(`insert into ${table} (project_id, user_id, created_at, ${columns}) values ($1, $2, now(), ${values})`, mine);
    await insert("authenticator", "id, type, kind, updated_at, secret", "gen_random_uuid(), 'totp', 'secondary', now(), 's'");
    await insert("verified_claim", "id, name, value", "gen_random_uuid(), 'email', 'a@example.com'");
    await insert("recovery_code", "id, code_hash", "gen_random_uuid(), 'h'");
    await insert("device_token", "id, token_hash, expire_at", "gen_random_uuid(), 'h', now()");
    await insert("password_history", "id, password_hash", "gen_random_uuid(), 'h'");
    for (const kind of ["role", "group"]) {
      await tx.query(`insert into auth_${kind} (project_id, id, key, created_at, updated_at) values ($1, $2, 'k', now(), now())`, mine);
      await insert(`user_${kind}`, `${kind}_id`, "$2");
    }
    await tx.query(
      'update auth_user set standard_attributes = standard_attributes || \'{"name":"Ada"}\', metadata = \'{"opt_out_passkey_upselling":true}\' where project_id = $1 and id = $2',
      mine,
    );
  });
  return made;
}
const left = async (one: LifecycleOf): Promise<string[]> => {
  const found = await Promise.all(OWNED.map(async (table) => ((await one.rows(table)).length > 0 ? table : undefined)));
  return found.filter((table) => table !== undefined);
};

describe("a scheduled deletion", () => {
  it("comes after the grace period, closes the account, and is called off (admin API §14.25)", async () => {
    user = await LifecycleOf.user(client.ask, { config: { account_deletion: { grace_period_days: 7 } } });
    await new SignIns(client.service, user.target).browser(user.userId);
    const before = Date.now();
    const status = await user.done("scheduleAccountDeletion", { reason: "asked by mail" });
    expect(status).toEqual({ ...NORMAL, isDisabled: true, deleteAt: expect.any(String), deleteReason: "asked by mail" });
    expect(Date.parse(status.deleteAt) - 7 * DAY - before).toBeLessThan(20_000);
    expect(Date.parse(status.deleteAt) - 7 * DAY).toBeGreaterThanOrEqual(before);
    expect(await user.rows("idp_session")).toEqual([]);
    expect(await user.done("unscheduleAccountDeletion")).toEqual(NORMAL);
    const events = await user.events();
    expect(events.map(({ type }) => type)).toEqual([
      "user.deletion_scheduled",
      "admin_api.mutation.schedule_account_deletion.executed",
      "user.deletion_unscheduled",
      "admin_api.mutation.unschedule_account_deletion.executed",
    ]);
    expect(events[0]?.payload.user).toMatchObject({ is_disabled: true, is_deactivated: false, delete_at: status.deleteAt, delete_reason: "asked by mail" });
    expect(events[1]?.payload).not.toHaveProperty("reason");
    expect(events[2]?.payload.user).toMatchObject({ is_disabled: false });
  });

  it("is not scheduled twice, nor called off where there is none", async () => {
    user = await LifecycleOf.user(client.ask);
    expect(await user.refused("unscheduleAccountDeletion")).toEqual(transition("normal", "normal"));
    await user.done("scheduleAccountDeletion");
    expect(await user.refused("scheduleAccountDeletion")).toEqual(transition("scheduled_deletion_disabled", "scheduled_deletion_disabled"));
    expect(await user.refused("setDisabledStatus", { isDisabled: false })).toEqual(transition("scheduled_deletion_disabled", "normal"));
  });

  it("that the end user asked for is called off too", async () => {
    user = await LifecycleOf.user(client.ask);
    await user.set("is_indefinitely_disabled = true, is_deactivated = true, delete_at = now() + interval '1 day', delete_reason = 'end user request'");
    expect(await user.read()).toMatchObject({ isDeactivated: true, isDisabled: true, deleteReason: "end user request" });
    expect(await user.done("unscheduleAccountDeletion")).toEqual(NORMAL);
  });

  it("gives way to an anonymization (user model §13.15)", async () => {
    user = await LifecycleOf.user(client.ask);
    await user.done("scheduleAccountDeletion", { reason: "r" });
    const status = await user.done("scheduleAccountAnonymization");
    expect(status).toEqual({ ...NORMAL, isDisabled: true, anonymizeAt: expect.any(String) });
    expect(Math.abs(Date.parse(status.anonymizeAt) - Date.now() - 30 * DAY)).toBeLessThan(20_000);
    expect(await user.done("unscheduleAccountAnonymization")).toEqual(NORMAL);
    expect((await user.events()).map(({ type }) => type).slice(2)).toEqual([
      "user.anonymization_scheduled",
      "admin_api.mutation.schedule_account_anonymization.executed",
      "user.anonymization_unscheduled",
      "admin_api.mutation.unschedule_account_anonymization.executed",
    ]);
  });

  it("is decided on what the request did before: called off and scheduled again in one", async () => {
    user = await LifecycleOf.user(client.ask);
    await user.done("scheduleAccountDeletion");
    const query = `mutation($id: ID!) { unscheduleAccountDeletion(input: { userID: $id }) { user { id } } scheduleAccountDeletion(input: { userID: $id, reason: "again" }) { user { deleteReason } } }`;
    const { data, errors } = await client.ask(user.target, query, { variables: { id: user.id } });
    expect([errors, data.scheduleAccountDeletion.user]).toEqual([undefined, { deleteReason: "again" }]);
  });
});

describe("anonymizeUser", () => {
  it("leaves nothing of the user but his row (user model §13.17)", async () => {
    user = await rich();
    expect(await left(user)).toEqual(OWNED);
    expect(await user.done("anonymizeUser")).toEqual({ anonymizedUserID: user.id });
    expect(await left(user)).toEqual([]);
    expect(await user.read()).toEqual({ ...NORMAL, isDisabled: true, isAnonymized: true });
    expect(await user.rows("auth_user")).toMatchObject([{ standard_attributes: {}, custom_attributes: {}, metadata: {}, is_disabled: true, anonymized_at: expect.any(Date) }]);
    const shown = await user.read(
      "standardAttributes customAttributes endUserAccountID identities { totalCount } authenticators { totalCount } roles { totalCount } sessions { totalCount }",
    );
    const none = { totalCount: 0 };
    expect(shown).toEqual({
      standardAttributes: { updated_at: expect.any(Number) },
      customAttributes: {},
      endUserAccountID: null,
      identities: none,
      authenticators: none,
      roles: none,
      sessions: none,
    });
    const events = await user.events();
    expect(events.map(({ type }) => type)).toEqual(["user.anonymized", "admin_api.mutation.anonymize_user.executed"]);
    for (const { payload } of events) expect(payload.user).toMatchObject({ id: user.userId, is_anonymized: true, is_disabled: true, roles: [], groups: [] });
    expect(JSON.stringify(events)).not.toContain("example.com");
    expect((await newUser(client.ask, user.target, "a@example.com")).id).not.toBe(user.id);
  });

  it("keeps a scheduled deletion", async () => {
    user = await LifecycleOf.user(client.ask);
    const { deleteAt } = await user.done("scheduleAccountDeletion", { reason: "r" });
    await user.done("anonymizeUser");
    expect(await user.read()).toEqual({ ...NORMAL, isDisabled: true, isAnonymized: true, deleteAt, deleteReason: "r" });
    expect(await user.refused("scheduleAccountDeletion")).toEqual(transition("anonymized", "scheduled_deletion_disabled"));
    expect(await user.done("unscheduleAccountDeletion")).toEqual({ ...NORMAL, isDisabled: true, isAnonymized: true });
  });

  it("keeps a user who is anonymized from changes, but not from deletion (user model §13.16)", async () => {
    user = await LifecycleOf.user(client.ask);
    await user.done("anonymizeUser");
    const guarded: [string, object][] = [
      ["anonymizeUser", {}],
      ["scheduleAccountAnonymization", {}],
      ["unscheduleAccountAnonymization", {}],
      ["setMFAGracePeriod", { endAt: new Date(Date.now() + DAY).toISOString() }],
      ["removeMFAGracePeriod", {}],
    ];
    for (const [mutation, input] of guarded)
      expect([mutation, await user.refused(mutation, input)]).toEqual([mutation, { errorName: "Invalid", reason: "UserIsAnonymized", message: "user is anonymized" }]);
    expect(await user.refused("setDisabledStatus", { isDisabled: true })).toEqual(transition("anonymized", "disabled"));
    expect(await user.refused("setAccountValidFrom", { accountValidFrom: null })).toEqual(transition("anonymized", "anonymized"));
    expect(await user.refused("unscheduleAccountDeletion")).toEqual(transition("anonymized", "normal"));
    expect(await user.done("scheduleAccountDeletion")).toMatchObject({ isAnonymized: true, deleteAt: expect.any(String) });
    expect(await user.done("deleteUser")).toEqual({ deletedUserID: user.id });
  });
});

describe("deleteUser", () => {
  it("deletes everything, and tells of the user as he was", async () => {
    user = await rich();
    expect(await user.done("deleteUser", { reason: "gone" })).toEqual({ deletedUserID: user.id });
    expect([await left(user), await user.rows("auth_user"), await user.read()]).toEqual([[], [], null]);
    const events = await user.events();
    expect(events.map(({ type, payload }) => [type, payload.reason, payload.user.standard_attributes.email, payload.user.roles, payload.user.is_disabled])).toEqual([
      ["user.deleted", "gone", "a@example.com", ["k"], false],
      ["admin_api.mutation.delete_user.executed", "gone", "a@example.com", ["k"], false],
    ]);
  });

  it("is told of once, when two delete at once", async () => {
    user = await LifecycleOf.user(client.ask);
    const answers = await Promise.all([user.run("deleteUser"), user.run("deleteUser")]);
    expect(answers.map(({ errors }) => errors?.[0].extensions.reason).sort()).toEqual(["UserNotFound", undefined]);
    expect((await user.events()).map(({ type }) => type)).toEqual(["user.deleted", "admin_api.mutation.delete_user.executed"]);
  });
});

const MUTATIONS = [
  ["setDisabledStatus", { isDisabled: true }],
  ["setAccountValidFrom", {}],
  ["setAccountValidUntil", {}],
  ["setAccountValidPeriod", {}],
  ["scheduleAccountDeletion", {}],
  ["unscheduleAccountDeletion", {}],
  ["scheduleAccountAnonymization", {}],
  ["unscheduleAccountAnonymization", {}],
  ["anonymizeUser", {}],
  ["deleteUser", {}],
  ["setMFAGracePeriod", { endAt: new Date().toISOString() }],
  ["removeMFAGracePeriod", {}],
  ["resetAccountLockout", {}],
] as const;

describe("every mutation of the lifecycle", () => {
  it.each(MUTATIONS)("%s knows no user of another project, nobody, and no other kind of id (tenant isolation)", async (mutation, input) => {
    user = await LifecycleOf.user(client.ask);
    const other = await LifecycleOf.user(client.ask);
    const notFound = { errorName: "NotFound", reason: "UserNotFound", message: "user not found" };
    for (const userID of [other.id, toGlobalId("User", "00000000-0000-4000-8000-000000000000"), toGlobalId("User", "nobody")])
      expect(await user.refused(mutation, { ...input, userID })).toEqual(notFound);
    for (const userID of [toGlobalId("Role", user.userId), user.userId, "!"])
      expect(await user.refused(mutation, { ...input, userID })).toEqual({ errorName: "Invalid", reason: "Invalid", message: "invalid user ID" });
    expect([await other.read(), (await eventsOf(other.target)).length]).toEqual([NORMAL, 2]);
  });
});
