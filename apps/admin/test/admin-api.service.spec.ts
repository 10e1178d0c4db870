import { statementCount } from "@gatehouse/platform-postgres";
import { testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient, tokenOf } from "./admin-client.js";

let ask: AdminClient["ask"];
beforeAll(async () => {
  ({ ask } = await adminClient());
});

const CREATE = `mutation($v: String!) { createUser(input: { definition: { loginID: { key: "email", value: $v } }, password: "correct horse" }) { user { id standardAttributes } } }`;

describe("users through the Admin API", () => {
  it("creates, finds, pages, and deletes", async () => {
    const target = await testProject();
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) ids.push((await ask(target, CREATE, { variables: { v: `${name}@example.com` } })).data.createUser.user.id);
    const page = await ask(target, "{ users(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { id standardAttributes } } } }");
    expect(page.data.users).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const next = await ask(target, `{ users(first: 2, after: "${page.data.users.pageInfo.endCursor}") { edges { node { id } } pageInfo { hasNextPage } } }`);
    expect([...page.data.users.edges, ...next.data.users.edges].map((edge: any) => edge.node.id).sort()).toEqual(ids.toSorted());
    const one = await ask(target, "query($id: ID!) { node(id: $id) { id ... on User { standardAttributes } } }", { variables: { id: ids[0] } });
    expect(one.data.node).toMatchObject({ id: ids[0], standardAttributes: { email: "a@example.com" } });
    await ask(target, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { variables: { id: ids[0] } });
    expect((await ask(target, "{ users { totalCount } }")).data.users.totalCount).toBe(2);
    const types = await target.db.read((tx) => tx.query<{ type: string }>("select type from outbox where project_id = $1 order by seq", [target.project.id]));
    expect(types.map(({ type }) => type).filter((type) => type.startsWith("user."))).toEqual(["user.created", "user.created", "user.created", "user.deleted"]);
  });

  it("reads 20 users with their identities in few statements", async () => {
    const target = await testProject();
    for (let i = 0; i < 5; i += 1) await ask(target, CREATE, { variables: { v: `n${i}@example.com` } });
    const counted = await statementCount.during(() => ask(target, "{ users(first: 20) { edges { node { id identities { edges { node { id type } } } } } } }"));
    expect(counted.result.data.users.edges).toHaveLength(5);
    expect(counted.sql, counted.statements.join("\n")).toBeLessThanOrEqual(4);
  });

  it("names its errors: taken login id, unknown key", async () => {
    const target = await testProject();
    await ask(target, CREATE, { variables: { v: "x@example.com" } });
    const taken = await ask(target, CREATE, { variables: { v: "x@example.com" } });
    expect(taken.errors?.[0].extensions).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "DuplicatedIdentity" } } });
    const unknown = await ask(target, CREATE.replace('"email"', '"nope"'), { variables: { v: "y" } });
    expect(unknown.errors?.[0].extensions).toMatchObject({ reason: "InvariantViolated", info: { cause: { kind: "InvalidLoginIDKey" } } });
  });
});

describe("the Admin API keeps out", () => {
  it("forged, expired and foreign tokens", async () => {
    const [target, other] = [await testProject(), await testProject()];
    const none = `${Buffer.from(JSON.stringify({ alg: "none", kid: target.project.secrets["admin-api.auth"]?.keys[0]?.kid })).toString("base64url")}.${Buffer.from(JSON.stringify({ aud: [target.project.id] })).toString("base64url")}.`;
    const past = Math.floor(Date.now() / 1000) - 3600;
    const tokens = [
      await tokenOf(other),
      await tokenOf(target, { aud: [other.project.id] }),
      await tokenOf(target, { iat: past, exp: past + 10 }),
      await tokenOf(target, {}, target.project.secrets.oauth?.keys[0]),
      none,
      "x",
    ];
    for (const token of tokens) expect((await ask(target, "{ __typename }", { token })).status).toBe(403);
    expect((await ask(target, "{ __typename }")).status).toBe(200);
  });

  it("ids of another project (tenant isolation)", async () => {
    const [target, other] = [await testProject(), await testProject()];
    const { id } = (await ask(other, CREATE, { variables: { v: "z@example.com" } })).data.createUser.user;
    expect((await ask(target, "query($id: ID!) { node(id: $id) { id } }", { variables: { id } })).data?.node ?? null).toBeNull();
    const gone = await ask(target, "mutation($id: ID!) { deleteUser(input: { userID: $id }) { deletedUserID } }", { variables: { id } });
    expect(gone.errors?.[0].extensions.reason).toBe("UserNotFound");
    expect((await ask(other, "{ users { totalCount } }")).data.users.totalCount).toBe(1);
  });

  it("queries made to exhaust it: deep, aliased hundreds of times, broken", async () => {
    const target = await testProject();
    const nested = `{ users { edges { node { ${"identities { edges { node { id } } } ".repeat(1)} } } } __schema { types { ${"fields { type { ".repeat(15)} name ${"} } ".repeat(15)} } } }`;
    const aliased = `{ ${Array.from({ length: 400 }, (_, i) => `a${i}: users { totalCount }`).join(" ")} }`;
    const answers = [await ask(target, nested), await ask(target, aliased)];
    expect(answers.map(({ body }) => body.replaceAll(/[0-9]+/g, "N"))).toEqual([
      expect.stringContaining("query is too deep"),
      expect.stringMatching(/too many aliases|too expensive/),
    ]);
    expect((await ask(target, "", { raw: '{"query":' })).status).toBe(400);
  });
});
