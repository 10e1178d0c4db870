import { statementCount } from "@gatehouse/platform-postgres";
import type { IdentityToMake } from "@gatehouse/record-accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const BY_LOGIN_ID = "query($key: String!, $value: String!) { getUserByLoginID(loginIDKey: $key, loginIDValue: $value) { id } }";
const BY_ATTRIBUTE = "query($name: String!, $value: String!) { getUsersByStandardAttribute(attributeName: $name, attributeValue: $value) { id } }";
const BY_OAUTH = "query($alias: String!, $subject: String!) { getUserByOAuth(oauthProviderAlias: $alias, oauthProviderUserID: $subject) { id } }";
const invalid = (message: string) => [expect.objectContaining({ message, extensions: { errorName: "Invalid", reason: "GetUsersInvalidArgument" } })];

const social = (type: string, keys: string, subjectId: string, claims: Record<string, unknown> = {}): IdentityToMake => ({
  type: "oauth",
  uniqueKey: `${type}:${keys}:${subjectId}`,
  claims,
  details: { oauth: { providerType: type, providerKeys: JSON.parse(keys), subjectId, alias: type, rawProfile: {} } },
});

describe("getUserByLoginID", () => {
  it("finds by the normalised value, whatever key it is stored under (probe 10)", async () => {
    const keys = [{ type: "email" }, { type: "email", key: "work" }, { type: "phone" }, { type: "username" }];
    const users = await AdminUsers.make(client, { config: { identity: { login_id: { keys } } } });
    const { id } = await users.add({ email: "User@Example.com", phone: "+85298765432", username: "Ada" });
    const find = async (key: string, value: string) => {
      const { data, errors } = await users.ask(BY_LOGIN_ID, { key, value });
      return errors ?? data.getUserByLoginID?.id;
    };
    for (const [key, value] of [
      ["email", "user@example.com"],
      ["email", " USER@example.com "],
      ["work", "user@example.com"],
      ["phone", "+852 9876-5432"],
      ["username", "ADA"],
    ] as const)
      expect(await find(key, value)).toBe(id);
    expect(await find("email", "nobody@example.com")).toBeUndefined();
    expect(await find("nick", "ada")).toEqual(invalid("invalid Login ID key"));
    for (const [key, value] of [
      ["email", "ada"],
      ["phone", "98765432"],
      ["username", " "],
      ["email", ""],
    ] as const)
      expect(await find(key, value)).toEqual(invalid("invalid Login ID value"));
  });

  it("answers null beside its error, for the field may be null", async () => {
    const users = await AdminUsers.make(client);
    expect(await users.ask(BY_LOGIN_ID, { key: "nick", value: "x" })).toMatchObject({ data: { getUserByLoginID: null }, errors: invalid("invalid Login ID key") });
  });

  it("finds login ids alone", async () => {
    const users = await AdminUsers.make(client);
    await users.add({ identities: [social("google", "{}", "1", { email: "g@example.com" })] });
    expect((await users.ask(BY_LOGIN_ID, { key: "email", value: "g@example.com" })).data.getUserByLoginID).toBeNull();
  });
});

describe("getUsersByStandardAttribute", () => {
  it("finds the owners of login ids, social accounts and directory entries, each once", async () => {
    const users = await AdminUsers.make(client);
    const both = await users.add({ email: "a@example.com", identities: [social("google", "{}", "1", { email: "a@example.com" })] });
    const entry = await users.add({ identities: [{ type: "ldap", uniqueKey: "hq:uid:1", claims: { email: "a@example.com", preferred_username: "ada" } }] });
    await users.add({ identities: [{ type: "siwe", uniqueKey: "1:0xab", claims: { email: "a@example.com" } }] });
    const find = async (name: string, value: string) => (await users.ask(BY_ATTRIBUTE, { name, value })).data.getUsersByStandardAttribute.map(({ id }: any) => id).sort();
    expect(await find("email", "A@Example.com")).toEqual([both.id, entry.id].sort());
    expect(await find("preferred_username", "Ada")).toEqual([entry.id]);
    expect(await find("phone_number", "+85298765432")).toEqual([]);
  });

  it("refuses other attributes and values that can be none (probe 9); nothing is answered then", async () => {
    const users = await AdminUsers.make(client);
    const message = "attributeName must be email, phone_number or preferred_username";
    for (const name of ["foo", "name", "email'", "__proto__", ""])
      expect(await users.ask(BY_ATTRIBUTE, { name, value: "x" })).toMatchObject({ data: null, errors: invalid(message) });
    for (const [name, value] of [
      ["email", "x"],
      ["phone_number", "98765432"],
      ["preferred_username", "  "],
      ["email", "a\u0000@b.co"],
    ] as const)
      expect(await users.ask(BY_ATTRIBUTE, { name, value })).toMatchObject({ data: null, errors: invalid("invalid attributeValue") });
  });
});

const secretsOf = (...aliases: string[]) => [{ key: "sso.oauth.client", data: { items: aliases.map((alias) => ({ alias, client_secret: "s" })) } }];

describe("getUserByOAuth", () => {
  const config = {
    identity: {
      login_id: { keys: [{ type: "email" }] },
      oauth: {
        providers: [
          { type: "google", alias: "google", client_id: "g" },
          { type: "facebook", alias: "fb", client_id: "f1" },
          { type: "facebook", alias: "fb2", client_id: "f2" },
          { type: "azureadv2", alias: "azure", client_id: "a", tenant: "t1" },
          { type: "wechat", alias: "wechat", client_id: "w", account_id: "gh_1", app_type: "web", wechat_redirect_uris: ["https://app.example/cb"] },
        ],
      },
    },
  };

  const secrets = secretsOf("google", "fb", "fb2", "azure", "wechat");

  it("tells accounts apart by provider type, the provider's keys, and subject", async () => {
    const users = await AdminUsers.make(client, { config, secrets });
    const made = [
      social("google", "{}", "1"),
      social("facebook", '{"client_id":"f1"}', "1"),
      social("azureadv2", '{"tenant":"t1"}', "1"),
      social("wechat", '{"account_id":"gh_1","is_sandbox_account":"false"}', "1"),
    ];
    const ids: string[] = [];
    for (const identity of made) ids.push((await users.add({ identities: [identity] })).id);
    const find = async (alias: string, subject = "1") => (await users.ask(BY_OAUTH, { alias, subject })).data.getUserByOAuth?.id ?? null;
    expect([await find("google"), await find("fb"), await find("azure"), await find("wechat")]).toEqual(ids);
    expect([await find("fb2"), await find("google", "2"), await find("google", ""), await find("google", "a\u0000")]).toEqual([null, null, null, null]);
  });

  it("knows only aliases of the project", async () => {
    const users = await AdminUsers.make(client, { config, secrets });
    for (const alias of ["github", "", "constructor"])
      expect(await users.ask(BY_OAUTH, { alias, subject: "1" })).toMatchObject({ data: { getUserByOAuth: null }, errors: invalid("invalid OAuth provider alias") });
  });
});

/** So many users that the planner has something to choose. */
async function fill({ test }: AdminUsers): Promise<void> {
  await test.db.transaction(async (tx) => {
    const made = `with u as (insert into auth_user (project_id, id, created_at, updated_at) select $1, gen_random_uuid(), now(), now() from generate_series(1, 3000) returning id)
      insert into identity (project_id, id, user_id, type, unique_key, claims, created_at, updated_at)
      select $1, gen_random_uuid(), id, 'login_id', id || '@example.com', jsonb_build_object('email', id || '@example.com'), now(), now() from u`;
    await tx.query(made, [test.project.id]);
    await tx.query("analyze auth_user, identity");
  });
}

describe("every look-up", () => {
  const config = { identity: { login_id: { keys: [{ type: "email" }] }, oauth: { providers: [{ type: "google", alias: "google", client_id: "g" }] } } };
  const secrets = secretsOf("google");

  it("finds no user of another project (tenant isolation)", async () => {
    const [users, other] = [await AdminUsers.make(client, { config, secrets }), await AdminUsers.make(client, { config, secrets })];
    await other.add({ email: "a@example.com", identities: [social("google", "{}", "1")] });
    const data = {
      ...(await users.ask(BY_LOGIN_ID, { key: "email", value: "a@example.com" })).data,
      ...(await users.ask(BY_ATTRIBUTE, { name: "email", value: "a@example.com" })).data,
      ...(await users.ask(BY_OAUTH, { alias: "google", subject: "1" })).data,
    };
    expect(data).toEqual({ getUserByLoginID: null, getUsersByStandardAttribute: [], getUserByOAuth: null });
  });

  it("is one statement by an index", async () => {
    const users = await AdminUsers.make(client, { config, secrets });
    await fill(users);
    const seen: [string, RegExp, object][] = [
      [BY_LOGIN_ID, /identity_unique/, { key: "email", value: "a@example.com" }],
      [BY_ATTRIBUTE, /identity_email/, { name: "email", value: "a@example.com" }],
      [BY_OAUTH, /identity_unique/, { alias: "google", subject: "1" }],
    ];
    for (const [query, index, variables] of seen) {
      const { sql, statements } = await statementCount.during(() => users.ask(query, variables));
      const selects = statements.filter((text) => text.includes("auth_user"));
      expect(selects, statements.join("\n")).toHaveLength(1);
      expect(sql).toBeLessThanOrEqual(3);
      const plan = await users.test.db.transaction(async (tx) => {
        return tx.query(`explain (generic_plan) ${selects[0]}`);
      });
      const text = JSON.stringify(plan);
      expect(text).toMatch(index);
      expect(text).not.toMatch(/Seq Scan/);
    }
  });
});
