import { Lockout } from "@gatehouse/service-lockout";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { newUser } from "./admin-rows.js";
import { LifecycleOf } from "./lifecycle-of.js";

let client: AdminClient;
let lockout: Lockout;
beforeAll(async () => {
  client = await adminClient();
  lockout = new Lockout((await LifecycleOf.user(client.ask)).target.redis);
});

const CONFIG = {
  max_attempts: 2,
  history_duration: "1h",
  minimum_duration: "10m",
  maximum_duration: "1h",
  backoff_factor: 2,
  lockout_type: "per_user",
  password: { enabled: true },
};
const FIELDS = "accountLockout { lockoutType isLocked lockedUntil lockedIPs { ipAddress lockedUntil } }";
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.000)?Z$/);

const locking = (more: object = {}): Promise<LifecycleOf> => LifecycleOf.user(client.ask, { config: { authentication: { lockout: { ...CONFIG, ...more } } } });
/** Fails so often from an address, so many milliseconds ahead. */
async function fail({ target, userId }: LifecycleOf, times: number, { ip = "192.0.2.1", ahead = 0 } = {}): Promise<void> {
  const ctx = target.with({ now: () => new Date(Date.now() + ahead), request: { ...target.ctx.request, ip } });
  for (let n = 0; n < times; n += 1) await lockout.fail(ctx, { userId, method: "password" }).catch(() => undefined);
}

describe("User.accountLockout", () => {
  it("of a project that does not lock says so without an error (admin API §14.33)", async () => {
    const user = await LifecycleOf.user(client.ask);
    expect(await user.read(FIELDS)).toEqual({ accountLockout: { lockoutType: "", isLocked: false, lockedUntil: null, lockedIPs: [] } });
    expect((await (await locking({ max_attempts: 0 })).read(FIELDS)).accountLockout).toMatchObject({ lockoutType: "per_user", isLocked: false });
  });

  it("of a whole user has one end and no addresses", async () => {
    const user = await locking();
    await fail(user, 1);
    expect((await user.read(FIELDS)).accountLockout).toEqual({ lockoutType: "per_user", isLocked: false, lockedUntil: null, lockedIPs: [] });
    await fail(user, 1);
    expect((await user.read(FIELDS)).accountLockout).toEqual({ lockoutType: "per_user", isLocked: true, lockedUntil: TIME, lockedIPs: [] });
  });

  it("by address lists the latest unlock first, and has no end of its own (protection §11.20)", async () => {
    const user = await locking({ lockout_type: "per_user_per_ip" });
    await fail(user, 2);
    await fail(user, 2, { ip: "2001:db8::1", ahead: 60_000 });
    const { accountLockout } = await user.read(FIELDS);
    expect(accountLockout).toEqual({
      lockoutType: "per_user_per_ip",
      isLocked: true,
      lockedUntil: null,
      lockedIPs: ["2001:db8::1", "192.0.2.1"].map((ipAddress) => ({ ipAddress, lockedUntil: TIME })),
    });
    const [first, second] = accountLockout.lockedIPs.map((one: { lockedUntil: string }) => Date.parse(one.lockedUntil));
    expect(first).toBeGreaterThan(second);
  });

  it("of many users is each one's own", async () => {
    const user = await locking();
    await newUser(client.ask, user.target, "b@example.com");
    await fail(user, 2);
    const { data } = await client.ask(user.target, `{ users { edges { node { id accountLockout { isLocked } } } } }`);
    expect(data.users.edges.map(({ node }: any) => [node.id === user.id, node.accountLockout.isLocked]).sort()).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});

describe("resetAccountLockout", () => {
  it("lifts the lock and forgets the failures; the audit event has what was (protection §11.16)", async () => {
    const user = await locking();
    await fail(user, 2);
    const { data } = await user.run("resetAccountLockout", {}, `user { id ${FIELDS} }`);
    expect(data.resetAccountLockout.user).toEqual({ id: user.id, accountLockout: { lockoutType: "per_user", isLocked: false, lockedUntil: null, lockedIPs: [] } });
    await lockout.check(user.target.ctx, user.userId);
    await fail(user, 1);
    await lockout.check(user.target.ctx, user.userId);
    expect(await user.events()).toMatchObject([
      {
        type: "admin_api.mutation.reset_account_lockout.executed",
        payload: { user: { id: user.userId }, previous_lockout_status: { lockout_type: "per_user", is_locked: true, locked_until: TIME, locked_ips: [] } },
        context: { user_id: user.userId },
      },
    ]);
  });

  it("lifts the locks of every address", async () => {
    const user = await locking({ lockout_type: "per_user_per_ip" });
    for (const ip of ["192.0.2.1", "192.0.2.2"]) await fail(user, 2, { ip });
    await user.done("resetAccountLockout");
    expect((await user.read(FIELDS)).accountLockout).toMatchObject({ isLocked: false, lockedIPs: [] });
    const [event] = await user.events();
    expect(event?.payload.previous_lockout_status.locked_ips.map((one: { ip_address: string }) => one.ip_address).sort()).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  it("does nothing where accounts are not locked, and is audited all the same", async () => {
    const user = await LifecycleOf.user(client.ask);
    await user.done("resetAccountLockout");
    expect((await user.events()).map(({ payload }) => payload.previous_lockout_status)).toEqual([{ lockout_type: "", is_locked: false, locked_ips: [] }]);
  });

  it("undoes nothing when the rest of the request fails", async () => {
    const user = await locking();
    await fail(user, 2);
    const query = `mutation($id: ID!) { resetAccountLockout(input: { userID: $id }) { user { id } } unscheduleAccountDeletion(input: { userID: $id }) { user { id } } }`;
    expect((await client.ask(user.target, query, { variables: { id: user.id } })).data).toBeNull();
    expect((await user.read(FIELDS)).accountLockout).toMatchObject({ isLocked: true });
  });
});
