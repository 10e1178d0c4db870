import { statementCount } from "@gatehouse/platform-postgres";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";

let ask: AdminClient["ask"];
beforeAll(async () => {
  ({ ask } = await adminClient());
});

const client = (client_id: string) => ({ client_id, name: client_id, client_name: client_id, x_application_type: "confidential", redirect_uris: ["http://app.test/cb"] });
const SECRETS = [{ key: "oauth.client_secrets", data: { items: ["m2m", "second"].map((client_id) => ({ client_id, keys: [{ kty: "oct", kid: "k", k: "c2VjcmV0" }] })) } }];
const project = (): Promise<TestProject> => testProject({ config: { oauth: { clients: [client("m2m"), client("second")] } }, secrets: SECRETS });
const URI = "https://api.test/v1";

const INPUTS: Record<string, string> = {
  createResource: "resource { id resourceURI name clientIDs createdAt updatedAt }",
  updateResource: "resource { id name }",
  deleteResource: "ok",
  createScope: "scope { id resourceID scope description createdAt updatedAt }",
  updateScope: "scope { id description }",
  deleteScope: "ok",
  addResourceToClientID: "resource { id clientIDs }",
  removeResourceFromClientID: "resource { id clientIDs }",
  addScopesToClientID: "scopes { scope }",
  removeScopesFromClientID: "scopes { scope }",
  replaceScopesOfClientID: "scopes { scope }",
};

/** Runs a mutation on the resource `URI`: its payload, or its error. */
async function run(target: TestProject, name: string, input: Record<string, unknown> = {}): Promise<any> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const answer = await ask(target, `mutation($input: ${type}!) { ${name}(input: $input) { ${INPUTS[name]} } }`, { variables: { input: { resourceURI: URI, ...input } } });
  return answer.errors ? { data: answer.data, message: answer.errors[0].message, ...answer.errors[0].extensions } : answer.data[name];
}
const scopesOf = (payload: any): string[] => payload.scopes.map(({ scope }: any) => scope);
const QUERY = `query($args: String, $client: String, $first: Int, $after: String) { resources(searchKeyword: $args, clientID: $client, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id resourceURI name clientIDs } } } }`;
const list = async (target: TestProject, variables: object = {}) => (await ask(target, QUERY, { variables })).data.resources;
const uris = (connection: any): string[] => connection.edges.map(({ node }: any) => node.resourceURI);

describe("resources", () => {
  it("are listed newest first, then by id; found by a part of the URI or the name, and by client; counted by the filter", async () => {
    const target = await project();
    for (const [resourceURI, name] of [
      ["https://a.test", "Alpha"],
      ["https://b.test", null],
      ["https://c.test", "The ALPHABET"],
    ])
      await run(target, "createResource", { resourceURI, name });
    await target.db.transaction((tx) => tx.query("update api_resource set created_at = '2026-01-01' where project_id = $1 and uri <> 'https://b.test'", [target.project.id]));
    await run(target, "addResourceToClientID", { resourceURI: "https://a.test", clientID: "m2m" });
    const all = await list(target);
    const [a, c] = all.edges.slice(1).map(({ node }: any) => node);
    const rawIds = [a, c].map(({ id }: any) => Buffer.from(id, "base64url").toString());
    expect([uris(all)[0], rawIds, all.totalCount]).toEqual(["https://b.test", rawIds.toSorted(), 3]);
    expect(all.edges.find(({ node }: any) => node.resourceURI === "https://a.test").node).toMatchObject({ name: "Alpha", clientIDs: ["m2m"] });
    const found = await list(target, { args: "lpha" });
    expect([uris(found).toSorted(), found.totalCount]).toEqual([["https://a.test", "https://c.test"], 2]);
    expect(uris(await list(target, { args: "b.te" }))).toEqual(["https://b.test"]);
    expect(await list(target, { args: "%" })).toMatchObject({ edges: [], totalCount: 0, pageInfo: { startCursor: "", endCursor: "", hasPreviousPage: true, hasNextPage: false } });
    expect([uris(await list(target, { client: "m2m" })), (await list(target, { client: "second" })).totalCount]).toEqual([["https://a.test"], 0]);
    const first = await list(target, { first: 2 });
    const rest = await list(target, { first: 2, after: first.pageInfo.endCursor });
    expect([first.edges[0].cursor, first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual(["b2Zmc2V0OjA", true, false]);
    expect([...uris(first), ...uris(rest)]).toEqual(uris(all));
  });

  it("are created, changed and deleted; each change is audited once", async () => {
    const target = await project();
    const { resource } = await run(target, "createResource", { name: "First" });
    expect(resource).toMatchObject({ resourceURI: URI, name: "First", clientIDs: [] });
    expect(await run(target, "createResource")).toMatchObject({ errorName: "BadRequest", reason: "ResourceDuplicateURI", data: null });
    expect((await run(target, "updateResource", { name: null })).resource.name).toBe("First");
    expect((await run(target, "updateResource")).resource.name).toBe("First");
    expect((await run(target, "updateResource", { name: "" })).resource).toEqual({ id: resource.id, name: null });
    expect(await run(target, "deleteResource")).toEqual({ ok: true });
    const events = await eventsOf(target);
    const rawId = Buffer.from(resource.id, "base64url").toString().split(":")[1];
    expect(events.map(({ type }) => type)).toEqual(["create", ...Array(3).fill("update"), "delete"].map((what) => `admin_api.mutation.${what}_resource.executed`));
    expect(events[0]?.payload.resource).toMatchObject({ id: rawId, resourceURI: URI, name: "First" });
    expect(events[3]?.payload).toMatchObject({ original_resource: { name: "First" }, new_resource: { id: rawId } });
    expect(events[3]?.payload.new_resource).not.toHaveProperty("name");
    expect(events.map(({ context }) => context.user_id || null)).toEqual(Array(5).fill(null));
  });

  it.each(["customscheme://host", "http://api.test", "https://", "https://u:p@api.test", "https://api.test?q=1", "https://api.test#f", "", `https://api.test/${"x".repeat(84)}`])(
    "refuse the URI %j",
    async (resourceURI) => {
      const target = await project();
      const refused = await run(target, "createResource", { resourceURI });
      expect(refused).toMatchObject({ data: null, errorName: "Invalid", reason: "ValidationFailed", info: { causes: [{ kind: expect.any(String) }] } });
      expect((await list(target)).totalCount).toBe(0);
    },
  );

  it("that are unknown are named so by every mutation", async () => {
    const target = await project();
    const more: Record<string, object> = { Scope: { scope: "read" }, ClientID: { clientID: "m2m", scopes: ["read"] } };
    for (const name of Object.keys(INPUTS).filter((one) => one !== "createResource")) {
      const { scopes, ...input } = { ...(name.endsWith("Scope") ? more.Scope : {}), ...(name.endsWith("ClientID") ? more.ClientID : {}) } as Record<string, unknown>;
      const refused = await run(target, name, name.includes("Scopes") ? { ...input, scopes } : input);
      expect(refused, name).toMatchObject({ errorName: "NotFound", reason: "ResourceNotFound" });
    }
    expect(await eventsOf(target)).toEqual([]);
  });

  it("of 100 are shown with their scopes, counts and clients in a bounded number of statements", async () => {
    const target = await project();
    await target.db.transaction(async (tx) => {
      const of = [target.project.id];
      await tx.query(
        "insert into api_resource (project_id, id, uri, created_at, updated_at) select $1, gen_random_uuid(), 'https://r.test/' || n, now(), now() from generate_series(1, 100) n",
        of,
      );
      await tx.query(
        "insert into api_scope (project_id, id, resource_id, scope, created_at, updated_at) select $1, gen_random_uuid(), id, 's' || n, now(), now() from api_resource, generate_series(1, 3) n where project_id = $1",
        of,
      );
      await tx.query("insert into client_resource (project_id, client_id, resource_id, created_at) select $1, 'm2m', id, now() from api_resource where project_id = $1", of);
    });
    const counted = await statementCount.during(() =>
      ask(target, "{ resources { totalCount edges { node { clientIDs scopes(first: 2) { totalCount edges { node { scope } } } } } } }"),
    );
    const { edges, totalCount } = counted.result.data.resources;
    expect([edges.length, totalCount, edges[99].node]).toEqual([
      100,
      100,
      { clientIDs: ["m2m"], scopes: { totalCount: 3, edges: [{ node: { scope: "s1" } }, { node: { scope: "s2" } }] } },
    ]);
    const own = counted.statements.filter((text) => /\b(?:api_resource|api_scope|client_resource)\b/.test(text));
    expect(own.length, own.join("\n")).toBeLessThanOrEqual(2 + 3 * 5);
  });
});

describe("scopes", () => {
  it("are created, changed, listed ascending with a search and by client, and deleted; each change is audited", async () => {
    const target = await project();
    const { resource } = await run(target, "createResource");
    for (const [scope, description] of [
      ["write", "may write"],
      ["read", "May Read"],
      ["Zed", null],
    ]) {
      const made = await run(target, "createScope", { scope, description });
      expect(made.scope).toMatchObject({ scope, description, resourceID: resource.id });
    }
    expect(await run(target, "createScope", { scope: "read" })).toMatchObject({ errorName: "BadRequest", reason: "ScopeDuplicate" });
    const scopes = async (args: string) =>
      (await ask(target, `{ resources { edges { node { scopes${args} { totalCount edges { cursor node { scope } } } } } } }`)).data.resources.edges[0].node.scopes;
    const names = async (args: string) => (await scopes(args)).edges.map(({ node }: any) => node.scope);
    expect(await names("")).toEqual(["Zed", "read", "write"]);
    expect(await scopes('(searchKeyword: "may r")')).toMatchObject({ totalCount: 1, edges: [{ cursor: "b2Zmc2V0OjA", node: { scope: "read" } }] });
    expect(await names('(first: 1, after: "b2Zmc2V0OjA")')).toEqual(["read"]);
    await run(target, "addResourceToClientID", { clientID: "m2m" });
    await run(target, "addScopesToClientID", { clientID: "m2m", scopes: ["write"] });
    expect([await names('(clientID: "m2m")'), await names('(clientID: "second")')]).toEqual([["write"], []]);
    expect((await run(target, "updateScope", { scope: "read", description: null })).scope.description).toBe("May Read");
    expect((await run(target, "updateScope", { scope: "read", description: "" })).scope.description).toBeNull();
    expect(await run(target, "deleteScope", { scope: "write" })).toEqual({ ok: true });
    expect(await names('(clientID: "m2m")')).toEqual([]);
    for (const name of ["updateScope", "deleteScope"]) expect(await run(target, name, { scope: "write" })).toMatchObject({ errorName: "NotFound", reason: "ScopeNotFound" });
    const events = (await eventsOf(target)).filter(({ type }) => /_scope\.executed$/.test(type));
    expect(events.map(({ type }) => type.split(".")[2])).toEqual(["create_scope", "create_scope", "create_scope", "update_scope", "update_scope", "delete_scope"]);
    expect(events[4]?.payload).toMatchObject({ original_scope: { scope: "read", description: "May Read" }, new_scope: { scope: "read" } });
    expect(events[4]?.payload.new_scope).not.toHaveProperty("description");
  });

  it.each(["", "x".repeat(101), "a b", 'a"b', "a\\b", "ä", "openid", "device_sso", "https://authgear.com/scopes/full-access"])("refuse the name %j", async (scope) => {
    const target = await project();
    await run(target, "createResource");
    expect(await run(target, "createScope", { scope })).toMatchObject({ data: null, errorName: "Invalid", reason: "ValidationFailed" });
  });

  it("of one resource: a page may hold 1,000", async () => {
    const target = await project();
    await run(target, "createResource");
    await target.db.transaction((tx) =>
      tx.query(
        "insert into api_scope (project_id, id, resource_id, scope, created_at, updated_at) select $1, gen_random_uuid(), id, 's' || n, now(), now() from api_resource, generate_series(1, 1001) n where project_id = $1",
        [target.project.id],
      ),
    );
    for (const args of ["", "(first: 5000)"]) {
      const { data } = await ask(target, `{ resources(first: 1) { edges { node { scopes${args} { totalCount pageInfo { hasNextPage } edges { cursor } } } } } }`);
      const { scopes } = data.resources.edges[0].node;
      expect([scopes.edges.length, scopes.totalCount, scopes.pageInfo.hasNextPage]).toEqual([1000, 1001, true]);
    }
  });
});

describe("clients", () => {
  const M2M = { clientID: "m2m" };

  it("are given resources and scopes; again and absent are no mistake; scopes left behind revive with the resource", async () => {
    const target = await project();
    await run(target, "createResource");
    for (const scope of ["read", "write", "admin"]) await run(target, "createScope", { scope });
    expect(await run(target, "addScopesToClientID", { ...M2M, scopes: ["read"] })).toMatchObject({ errorName: "Forbidden", reason: "ResourceNotAssociatedWithClient", data: null });
    for (const name of ["removeScopesFromClientID", "replaceScopesOfClientID"])
      expect((await run(target, name, { ...M2M, scopes: [] })).reason).toBe("ResourceNotAssociatedWithClient");
    for (let time = 0; time < 2; time += 1) expect((await run(target, "addResourceToClientID", M2M)).resource.clientIDs).toEqual(["m2m"]);
    for (let time = 0; time < 2; time += 1) expect(scopesOf(await run(target, "addScopesToClientID", { ...M2M, scopes: ["write", "read"] }))).toEqual(["read", "write"]);
    for (let time = 0; time < 2; time += 1) expect(scopesOf(await run(target, "removeScopesFromClientID", { ...M2M, scopes: ["write", "admin"] }))).toEqual(["read"]);
    expect(await run(target, "replaceScopesOfClientID", { ...M2M, scopes: ["admin", "nope"] })).toMatchObject({ errorName: "NotFound", reason: "ScopeNotFound", data: null });
    expect(scopesOf(await run(target, "addScopesToClientID", { ...M2M, scopes: [] }))).toEqual(["read"]);
    expect(scopesOf(await run(target, "replaceScopesOfClientID", { ...M2M, scopes: ["write", "admin"] }))).toEqual(["admin", "write"]);
    for (let time = 0; time < 2; time += 1) expect((await run(target, "removeResourceFromClientID", M2M)).resource.clientIDs).toEqual([]);
    const gone = await ask(target, '{ resources { edges { node { scopes(clientID: "m2m") { totalCount } } } } }');
    expect(gone.data.resources.edges[0].node.scopes.totalCount).toBe(0);
    await run(target, "addResourceToClientID", M2M);
    expect(scopesOf(await run(target, "addScopesToClientID", { ...M2M, scopes: [] }))).toEqual(["admin", "write"]);
  });

  it("replace keeps the rows that stay: a diff", async () => {
    const target = await project();
    await run(target, "createResource");
    for (const scope of ["read", "write"]) await run(target, "createScope", { scope });
    await run(target, "addResourceToClientID", M2M);
    await run(target, "addScopesToClientID", { ...M2M, scopes: ["read"] });
    const rows = () => target.db.read((tx) => tx.query("select scope_id, created_at from client_scope where project_id = $1 order by created_at", [target.project.id]));
    const [before] = await rows();
    await run(target, "replaceScopesOfClientID", { ...M2M, scopes: ["write", "read"] });
    expect((await rows())[0]).toEqual(before);
    expect(await rows()).toHaveLength(2);
  });

  it("that are not configured are unknown", async () => {
    const target = await project();
    await run(target, "createResource");
    for (const name of Object.keys(INPUTS).filter((one) => one.endsWith("ClientID"))) {
      const refused = await run(target, name, { clientID: "nope", ...(name.includes("Scopes") ? { scopes: [] } : {}) });
      expect(refused, name).toMatchObject({ errorName: "NotFound", reason: "ClientNotFound" });
    }
  });

  it("leave one line of audit for each change", async () => {
    const target = await project();
    await run(target, "createResource");
    await run(target, "createScope", { scope: "read" });
    await run(target, "addResourceToClientID", M2M);
    for (const name of ["addScopesToClientID", "removeScopesFromClientID", "replaceScopesOfClientID"]) await run(target, name, { ...M2M, scopes: ["read"] });
    await run(target, "removeResourceFromClientID", M2M);
    const events = (await eventsOf(target)).slice(2);
    const of = { resource_uri: URI, client_id: "m2m", scopes: ["read"] };
    expect(events.map(({ type, payload }) => [type.split(".")[2], payload])).toMatchObject([
      ["add_resource_to_clientid", { resource: { resourceURI: URI }, client_id: "m2m" }],
      ["add_scopes_to_clientid", of],
      ["remove_scopes_from_clientid", of],
      ["replace_scopes_of_clientid", of],
      ["remove_resource_from_clientid", { resource: { resourceURI: URI }, client_id: "m2m" }],
    ]);
  });
});

describe("another project (tenant isolation)", () => {
  it("sees no resource or scope, by list, node or mutation", async () => {
    const [target, other] = [await project(), await project()];
    const { resource } = await run(target, "createResource", { name: "secret-name" });
    const { scope } = await run(target, "createScope", { scope: "secret-scope" });
    const seen = await ask(other, "query($ids: [ID!]!) { nodes(ids: $ids) { id } resources { totalCount edges { node { name } } } }", {
      variables: { ids: [resource.id, scope.id] },
    });
    expect(seen.data).toEqual({ nodes: [null, null], resources: { totalCount: 0, edges: [] } });
    expect(await run(other, "deleteResource")).toMatchObject({ reason: "ResourceNotFound" });
    expect((await ask(target, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", { variables: { ids: [resource.id, scope.id] } })).data.nodes).toEqual([
      { id: resource.id },
      { id: scope.id },
    ]);
  });
});
