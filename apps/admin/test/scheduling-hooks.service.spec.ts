import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { LifecycleOf, NORMAL } from "./lifecycle-of.js";
import { RolesOf } from "./roles-of.js";

let client: AdminClient;
let user: LifecycleOf;
let server: Server;
let url: string;
let answer: object = {};
let asked: { type: string; payload: any }[] = [];

beforeAll(async () => {
  client = await adminClient();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify({ is_allowed: true, ...answer }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  [answer, asked] = [{}, []];
  const handlers = ["user.pre_schedule_deletion", "user.pre_schedule_anonymization"].map((event) => ({ event, url }));
  const webhook = { key: "webhook", data: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } };
  const custom_attributes = { attributes: [{ id: "0000", pointer: "/tier", type: "string" }] };
  user = await LifecycleOf.user(client.ask, { config: { hook: { blocking_handlers: handlers }, user_profile: { custom_attributes } }, secrets: [webhook] });
});

describe.each([
  ["scheduleAccountDeletion", "unscheduleAccountDeletion", "user.pre_schedule_deletion", "user.deletion_scheduled", "delete_at"],
  ["scheduleAccountAnonymization", "unscheduleAccountAnonymization", "user.pre_schedule_anonymization", "user.anonymization_scheduled", "anonymize_at"],
] as const)("the blocking hook of %s", (mutation, undo, asking, told, time) => {
  it("sees the account as it will be, to the same time", async () => {
    await user.done(mutation);
    expect(asked).toMatchObject([{ type: asking, payload: { user: { is_disabled: true, [time]: expect.any(String) } }, context: { triggered_by: "admin_api" } }]);
    const [event] = await user.events();
    expect([event?.type, event?.payload.user[time]]).toEqual([told, asked[0]?.payload.user[time]]);
  });

  it("may refuse: nothing is changed and nothing told", async () => {
    answer = { is_allowed: false, title: "T", reason: "R" };
    const refusal = await user.refused(mutation);
    expect(refusal).toMatchObject({ errorName: "Forbidden", reason: "HookDisallowed", info: { event_type: asking, reasons: [{ title: "T", reason: "R" }] } });
    expect([await user.read(), await user.events()]).toEqual([NORMAL, []]);
  });

  it("may change attributes, roles and groups", async () => {
    await new RolesOf(client.ask, user.target).make("role", "r");
    const before = (await user.events()).length;
    answer = { mutations: { user: { standard_attributes: { email: "a@example.com", name: "Ada" }, custom_attributes: { tier: "gone" }, roles: ["r"] } } };
    await user.done(mutation);
    const event = (await user.events())[before];
    expect(event).toMatchObject({ type: told, payload: { user: { standard_attributes: { name: "Ada" }, custom_attributes: { tier: "gone" }, roles: ["r"], is_disabled: true } } });
    expect(await user.read("standardAttributes customAttributes")).toMatchObject({
      standardAttributes: { name: "Ada", email: "a@example.com" },
      customAttributes: { tier: "gone" },
    });
  });

  it("that names an unknown role fails it", async () => {
    answer = { mutations: { user: { roles: ["nope"] } } };
    expect(await user.refused(mutation)).toMatchObject({ reason: "RoleUnknownKeys", info: { keys: ["nope"] } });
    expect([await user.read(), await user.events()]).toEqual([NORMAL, []]);
  });

  const together = (...fields: string[]) => client.ask(user.target, `mutation($id: ID!) { ${fields.join(" ")} }`, { variables: { id: user.id } });
  const schedule = `${mutation}(input: { userID: $id }) { user { id } }`;

  it("is not asked where the state does not allow it, and is where the same request allows it first", async () => {
    await user.done(mutation);
    asked = [];
    expect(await user.refused(mutation)).toMatchObject({ reason: "InvalidAccountStatusTransition" });
    expect(asked).toEqual([]);
    const { errors, data } = await together(`${undo}(input: { userID: $id }) { user { id } }`, schedule);
    expect([errors, data?.[mutation].user.id]).toEqual([undefined, user.id]);
    expect(asked).toMatchObject([{ type: asking, payload: { user: { is_disabled: true, [time]: expect.any(String) } } }]);
  });

  it("sees what the mutations before it in the request have done, and is asked once", async () => {
    const before = (await user.events()).length;
    answer = { mutations: { user: { custom_attributes: { tier: "wished" } } } };
    const { errors } = await together(
      `updateUser(input: { userID: $id, standardAttributes: "{\\"name\\":\\"Ada\\"}" }) { user { id } }`,
      `setDisabledStatus(input: { userID: $id, isDisabled: true }) { user { id } }`,
      schedule,
    );
    expect(errors).toBeUndefined();
    expect(asked).toMatchObject([{ type: asking, payload: { user: { is_disabled: true, standard_attributes: { name: "Ada" }, [time]: expect.any(String) } } }]);
    expect((await user.events()).slice(before, before + 3).map(({ type }) => type)).toEqual(["user.profile.updated", "user.disabled", told]);
    expect(await user.read("standardAttributes customAttributes")).toMatchObject({ standardAttributes: { name: "Ada" }, customAttributes: { tier: "wished" } });
  });

  it("that refuses undoes what came before in the request", async () => {
    answer = { is_allowed: false, title: "T", reason: "R" };
    const { errors, data } = await together(`setDisabledStatus(input: { userID: $id, isDisabled: true }) { user { id } }`, schedule);
    expect([data, errors?.length, errors?.[0]]).toMatchObject([null, 1, { path: [mutation], extensions: { reason: "HookDisallowed", info: { event_type: asking } } }]);
    expect([await user.read(), await user.events()]).toEqual([NORMAL, []]);
  });

  it("is asked once where the second of two in a request is refused for the first", async () => {
    const { errors, data } = await together(`a: ${schedule}`, `b: ${schedule}`);
    expect([data, errors?.[0].path, errors?.[0].extensions.reason, asked.length]).toEqual([null, ["b"], "InvalidAccountStatusTransition", 1]);
    expect([await user.read(), await user.events()]).toEqual([NORMAL, []]);
  });
});
