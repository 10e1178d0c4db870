import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { GroupStore, RoleStore } from "@gatehouse/record-roles-groups";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ScheduleOwnDeletion } from "../src/index.js";
import { AccountProject, service } from "./account-project.js";

let server: Server;
let url: string;
let wishes: Record<string, string[]> = {};
beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const _chunk of request);
    response.end(JSON.stringify({ is_allowed: true, mutations: { user: wishes } }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function start(): Promise<{ project: AccountProject; userId: UserId }> {
  const project = await AccountProject.make({
    config: { account_deletion: { scheduled_by_end_user_enabled: true }, hook: { blocking_handlers: [{ event: "user.pre_schedule_deletion", url }] } },
    secrets: [{ key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } }],
  });
  const [roles, groups] = [await service(RoleStore), await service(GroupStore)];
  await project.test.db.transaction(async (tx: Tx) => {
    for (const key of ["leaving", "staff"]) await roles.create(project.ctx, tx, { key });
    await groups.create(project.ctx, tx, { key: "archive" });
  });
  return { project, userId: await project.addUser({ email: "a@example.com" }) };
}

const close = async (project: AccountProject, userId: UserId): Promise<void> => (await service(ScheduleOwnDeletion)).run(project.ctx, userId);

describe("a blocking hook of the end of an account", () => {
  it("may change the user's roles and groups", async () => {
    const { project, userId } = await start();
    wishes = { roles: ["leaving"], groups: ["archive"] };
    await close(project, userId);
    expect(await project.facts(userId)).toMatchObject({ roles: ["leaving"], groups: ["archive"], user: { status: { isDeactivated: true } } });
  });

  it("that names an unknown role or group fails it, and the account stays open", async () => {
    const { project, userId } = await start();
    for (const [wish, reason] of [
      [{ roles: ["leaving", "nope"] }, "RoleUnknownKeys"],
      [{ roles: ["leaving"], groups: ["nope"] }, "GroupUnknownKeys"],
    ] as const) {
      wishes = wish as never;
      await expect(close(project, userId)).rejects.toMatchObject({ errorName: "NotFound", reason, info: { keys: ["nope"] } });
    }
    expect(await project.facts(userId)).toMatchObject({ roles: [], groups: [], user: { status: { isDeactivated: false } } });
  });
});

describe("the end of an account by its owner", () => {
  const plain = async (own: object = {}): Promise<{ project: AccountProject; userId: UserId }> => {
    const project = await AccountProject.make({ config: { account_deletion: { scheduled_by_end_user_enabled: true, grace_period_days: 3, ...own } } });
    return { project, userId: await project.addUser({ email: "a@example.com" }) };
  };

  it("is a state of its own, with a reason and a time, and told of (user model §2.4)", async () => {
    const { project, userId } = await plain();
    await close(project, userId);
    const { status } = (await project.facts(userId)).user;
    expect(status).toMatchObject({ isIndefinitelyDisabled: true, isDeactivated: true, deleteReason: "end user request" });
    expect(Math.abs(Number(status.deleteAt) - Date.now() - 3 * 86_400_000)).toBeLessThan(20_000);
    expect(await project.events()).toMatchObject([
      { type: "user.deletion_scheduled", payload: { user: { is_disabled: true, is_deactivated: true, delete_reason: "end user request" } }, context: { triggered_by: "user" } },
    ]);
  });

  it("stays as it is when he presses twice", async () => {
    const { project, userId } = await plain();
    await Promise.all([close(project, userId), close(project, userId)]);
    const { deleteAt } = (await project.facts(userId)).user.status;
    await close(project, userId);
    expect([(await project.facts(userId)).user.status.deleteAt, (await project.events()).length]).toEqual([deleteAt, 1]);
  });

  it.each([
    ["disabled", "is_indefinitely_disabled = true", "disabled"],
    ["to be deleted by an administrator", "is_indefinitely_disabled = true, delete_at = now() + interval '1 day'", "scheduled_deletion_disabled"],
    ["anonymized", "is_indefinitely_disabled = true, is_anonymized = true", "anonymized"],
  ])("is none of his when the account is %s", async (_name, columns, from) => {
    const { project, userId } = await plain();
    await project.query(`update auth_user set ${columns} where project_id = $1`);
    const to = "scheduled_deletion_deactivated";
    await expect(close(project, userId)).rejects.toMatchObject({ reason: "InvalidAccountStatusTransition", info: { from, to } });
    expect(await project.events()).toEqual([]);
  });

  it("is not there where the project does not allow it", async () => {
    const { project, userId } = await plain({ scheduled_by_end_user_enabled: false });
    await expect(close(project, userId)).rejects.toMatchObject({ errorName: "Forbidden" });
  });
});
