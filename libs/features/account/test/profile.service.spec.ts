import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { statementCount } from "@gatehouse/platform-postgres";
import { DeviceTokenStore } from "@gatehouse/record-authenticators";
import { ForgetDevices, UpdateProfile } from "../src/index.js";
import { AccountProject, refused, service } from "./account-project.js";

const attribute = (pointer: string, end_user: string, more = {}) => {
  const levels = {
    readwrite: { bearer: "readonly", portal_ui: "readwrite" },
    readonly: { bearer: "readonly", portal_ui: "readwrite" },
    hidden: { bearer: "hidden", portal_ui: "readwrite" },
  };
  return { id: pointer.slice(1).padStart(4, "0"), pointer, type: "string", access_control: { end_user, ...levels[end_user as keyof typeof levels] }, ...more };
};
const attributes = [
  attribute("/hobby", "readwrite"),
  attribute("/rank", "readonly"),
  attribute("/note", "hidden"),
  attribute("/age", "readwrite", { type: "integer", minimum: 18 }),
];
const user_profile = { custom_attributes: { attributes } };

let server: Server | undefined;
afterEach(() => server?.close());

/** A web hook that answers as told. */
async function hook(answer: (payload: any) => object): Promise<string> {
  const listening = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => response.setHeader("content-type", "application/json").end(JSON.stringify(answer(JSON.parse(body).payload))));
  }).listen(0, "127.0.0.1");
  server = listening;
  await once(listening, "listening");
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

async function setUp(config = {}) {
  const project = await AccountProject.make({ config: { user_profile, ...config } });
  const userId = await project.addUser({ email: ["a@example.com", "b@example.com"] });
  const profile = await service(UpdateProfile);
  const update = (values: Record<string, unknown>) => profile.run(project.ctx, { userId, attributes: Object.entries(values).map(([pointer, value]) => ({ pointer, value })) });
  return { project, userId, update };
}

describe("a user's own profile", () => {
  it("changes where he changes it, and tells of it", async () => {
    const { project, userId, update } = await setUp();
    await update({ "/given_name": "Ann", "/birthdate": "2000-02-29", "/hobby": "chess", "/age": 20 });
    await update({ "/given_name": "Anna", "/birthdate": undefined });
    const { user } = await project.facts(userId);
    expect(user.standardAttributes).toEqual({ email: expect.any(String), given_name: "Anna" });
    expect(user.customAttributes).toEqual({ hobby: "chess", "0age": 20 });
    const told = (await project.events()).filter(({ type }) => type === "user.profile.updated");
    expect(told).toHaveLength(2);
    expect(told[1]?.payload.user).toMatchObject({ standard_attributes: { given_name: "Anna" }, custom_attributes: { hobby: "chess", age: 20 } });
    expect(told[1]?.payload.user.standard_attributes.birthdate).toBeUndefined();
  });

  it.each(["/rank", "/note", "/nickname", "/unknown", "/updated_at", "/email_verified"])("is not written at %s, which is not his to write", async (pointer) => {
    const { project, userId, update } = await setUp();
    expect(await refused(update({ "/hobby": "chess", [pointer]: "x" }))).toMatchObject({
      name: "Forbidden",
      reason: "AccessControlViolated",
      info: { subject: pointer, role: "end_user", level: "readwrite" },
    });
    expect((await project.facts(userId)).user.customAttributes).toEqual({});
  });

  it.each([
    ["/age", 17],
    ["/age", "20"],
    ["/birthdate", "yesterday"],
    ["/zoneinfo", "Mars/Olympus"],
    ["/locale", "??"],
    ["/given_name", ""],
    ["/picture", "javascript:alert(1)"],
    ["/email", "c@example.com"],
  ])("is checked: %s %s", async (pointer, value) => {
    const { update } = await setUp();
    const { reason, info } = await refused(update({ [pointer]: value }));
    expect([reason, info.causes[0].location]).toEqual(["ValidationFailed", pointer]);
  });

  it("names one of his addresses as the first one", async () => {
    const { project, userId, update } = await setUp();
    const first = async () => (await project.facts(userId)).user.standardAttributes.email;
    await update({ "/email": "a@example.com" });
    expect(await first()).toBe("a@example.com");
    await update({ "/email": "b@example.com" });
    expect(await first()).toBe("b@example.com");
  });

  it("is written in few statements", async () => {
    const { update } = await setUp();
    const { sql, statements } = await statementCount.during(() => update({ "/given_name": "Ann", "/hobby": "chess" }));
    expect(sql, statements.join("\n")).toBeLessThanOrEqual(8);
  });

  it("keeps the stored address of a picture of ours", async () => {
    const { project, userId, update } = await setUp();
    await update({ "/picture": `http://${project.test.host}/_images/shop/1/profile` });
    expect((await project.facts(userId)).user.standardAttributes.picture).toBe("authgearimages:///shop/1");
    const [told] = (await project.events()).filter(({ type }) => type === "user.profile.updated");
    expect(told?.payload.user.standard_attributes.picture).toBe(`http://${project.test.host}/_images/shop/1/profile`);
  });

  it("is what the project's own code makes of it, or stays when that refuses", async () => {
    const url = await hook(({ user }) =>
      user.standard_attributes.given_name === "Bad"
        ? { is_allowed: false, title: "No", reason: "not this" }
        : { is_allowed: true, mutations: { user: { standard_attributes: { ...user.standard_attributes, family_name: "Hook" } } } },
    );
    const { project, userId, update } = await setUp({ hook: { blocking_handlers: [{ event: "user.profile.pre_update", url }] } });
    await update({ "/given_name": "Ann" });
    const { user } = await project.facts(userId);
    expect(user.standardAttributes).toMatchObject({ given_name: "Ann", family_name: "Hook" });
    expect((await refused(update({ "/given_name": "Bad" }))).reason).toBe("HookDisallowed");
    expect((await project.facts(userId)).user.standardAttributes.given_name).toBe("Ann");
  });

  it("keeps what a provider once said of him, though no update may say it, where the project's own code changes something else", async () => {
    const url = await hook(() => ({ is_allowed: true, mutations: { user: { custom_attributes: { rank: "first", unknown: 1 } } } }));
    const { project, userId, update } = await setUp({ hook: { blocking_handlers: [{ event: "user.profile.pre_update", url }] } });
    const said = JSON.stringify({ locale: "en_US", email: "a@example.com" });
    await project.test.db.read((tx) => tx.query("update auth_user set standard_attributes = $2 where project_id = $1", [project.ctx.project.id, said]));
    await update({ "/given_name": "Ann", "/hobby": "chess" });
    const { standardAttributes, customAttributes } = (await project.facts(userId)).user;
    expect([standardAttributes, customAttributes]).toEqual([{ locale: "en_US", email: "a@example.com", given_name: "Ann" }, { rank: "first" }]);
  });

  it("of another project's user is not found (tenant isolation)", async () => {
    const [{ userId }, other] = [await setUp(), await setUp()];
    const profile = await service(UpdateProfile);
    expect((await refused(profile.run(other.project.ctx, { userId, attributes: [{ pointer: "/hobby", value: "x" }] }))).reason).toBe("UserNotFound");
  });
});

it("trusted devices are forgotten for their user alone", async () => {
  const project = await AccountProject.make();
  const [ann, bob] = [await project.addUser({ email: "a@example.com" }), await project.addUser({ email: "b@example.com" })];
  const tokens = await service(DeviceTokenStore);
  for (const userId of [ann, ann, bob]) await project.test.db.transaction((tx) => tokens.create(project.ctx, tx, { userId, days: 1 }));
  await (await service(ForgetDevices)).run(project.ctx, ann);
  expect(await project.query("select user_id from device_token where project_id = $1")).toEqual([{ user_id: bob }]);
});
