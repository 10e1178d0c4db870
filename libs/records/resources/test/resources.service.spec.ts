import { type TestProject, testProject } from "@gatehouse/platform-testing";
import type { Tx } from "@gatehouse/platform-postgres";
import { describe, expect, it } from "vitest";
import { ClientResourceStore, ResourceStore, ScopeStore } from "../src/index.js";

const [resources, scopes, links] = [new ResourceStore(), new ScopeStore(), new ClientResourceStore()];
const URI = "https://api.test/v1";
const M2M = { client_id: "machine", name: "machine", client_name: "Machine", x_application_type: "confidential", redirect_uris: ["http://app.test/cb"] };
const SECRET = { key: "oauth.client_secrets", data: { items: [{ client_id: "machine", keys: [{ kty: "oct", kid: "k", k: "c2VjcmV0" }] }] } };

const project = (): Promise<TestProject> => testProject({ config: { oauth: { clients: [M2M] } }, secrets: [SECRET] });
const inTx = <T>({ db }: TestProject, work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction(work);
const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: { reason: string }) => error.reason,
  );

describe("API resources", () => {
  it("are created, changed, listed newest first and deleted; nothing twice", async () => {
    const p = await project();
    const made = await inTx(p, (tx) => resources.create(p.ctx, tx, { uri: URI, name: "First" }));
    const later = p.with({ now: () => new Date(Date.now() + 1000) });
    await inTx(p, (tx) => resources.create(later, tx, { uri: "https://other.test" }));
    expect(await reasonOf(inTx(p, (tx) => resources.create(p.ctx, tx, { uri: URI })))).toBe("ResourceDuplicateURI");
    const kept = await inTx(p, (tx) => resources.update(p.ctx, tx, { uri: URI, name: null }));
    expect([kept.before.name, kept.after.name]).toEqual(["First", "First"]);
    const cleared = await inTx(p, (tx) => resources.update(p.ctx, tx, { uri: URI, name: "" }));
    expect([cleared.before.name, cleared.after.name, cleared.after.id]).toEqual(["First", null, made.id]);
    const page = await p.db.read((tx) => resources.page(p.ctx, tx, { offset: 0, limit: 10 }));
    expect(page.map(({ uri }) => uri)).toEqual(["https://other.test", URI]);
    const found = await p.db.read((tx) => resources.page(p.ctx, tx, { offset: 0, limit: 10, searchKeyword: "V1" }));
    expect([found.map(({ uri }) => uri), await p.db.read((tx) => resources.count(p.ctx, tx, { searchKeyword: "%" }))]).toEqual([[URI], 0]);
    await inTx(p, (tx) => resources.delete(p.ctx, tx, URI));
    expect(await reasonOf(inTx(p, (tx) => resources.delete(p.ctx, tx, URI)))).toBe("ResourceNotFound");
    expect(await reasonOf(inTx(p, (tx) => resources.update(p.ctx, tx, { uri: URI })))).toBe("ResourceNotFound");
  });

  it.each([
    "",
    `https://api.test/${"x".repeat(84)}`,
    "http://api.test",
    "customscheme://host",
    "https://",
    "https:///path",
    "https://user@api.test",
    "https://api.test?q",
    "https://api.test#f",
    "api.test",
  ])("refuses the URI %j", async (uri) => {
    const p = await project();
    expect(await reasonOf(inTx(p, (tx) => resources.create(p.ctx, tx, { uri })))).toBe("ValidationFailed");
  });

  it.each([
    "",
    "x".repeat(101),
    "a b",
    'a"b',
    "a\\b",
    "ä",
    "openid",
    "profile",
    "email",
    "phone",
    "address",
    "offline_access",
    "device_sso",
    "https://authgear.com/scopes/full-access",
  ])("refuses the scope %j", async (scope) => {
    const p = await project();
    await inTx(p, (tx) => resources.create(p.ctx, tx, { uri: URI }));
    expect(await reasonOf(inTx(p, (tx) => scopes.create(p.ctx, tx, { resourceUri: URI, scope })))).toBe("ValidationFailed");
  });

  it("have scopes, listed ascending", async () => {
    const p = await project();
    const resource = await inTx(p, (tx) => resources.create(p.ctx, tx, { uri: URI }));
    for (const scope of ["write", "read", "Zed"]) await inTx(p, (tx) => scopes.create(p.ctx, tx, { resourceUri: URI, scope, description: `may ${scope}` }));
    const named = { resourceUri: URI, scope: "read" };
    expect(await reasonOf(inTx(p, (tx) => scopes.create(p.ctx, tx, named)))).toBe("ScopeDuplicate");
    const page = await p.db.read((tx) => scopes.page(p.ctx, tx, { resourceId: resource.id, offset: 0, limit: 10 }));
    expect(page.map(({ scope }) => scope)).toEqual(["Zed", "read", "write"]);
    expect(await p.db.read((tx) => scopes.count(p.ctx, tx, { resourceId: resource.id, searchKeyword: "MAY R" }))).toBe(1);
    const { before, after } = await inTx(p, (tx) => scopes.update(p.ctx, tx, { ...named, description: "" }));
    expect([before.description, after.description]).toEqual(["may read", null]);
    expect((await inTx(p, (tx) => scopes.delete(p.ctx, tx, named))).scope).toBe("read");
    expect(await reasonOf(inTx(p, (tx) => scopes.delete(p.ctx, tx, named)))).toBe("ScopeNotFound");
    expect(await reasonOf(inTx(p, (tx) => scopes.update(p.ctx, tx, named)))).toBe("ScopeNotFound");
    const nowhere = { resourceUri: "https://no.test", scope: "read" };
    for (const work of [scopes.create.bind(scopes), scopes.update.bind(scopes), scopes.delete.bind(scopes)])
      expect(await reasonOf(inTx<unknown>(p, (tx) => work(p.ctx, tx, nowhere)))).toBe("ResourceNotFound");
  });

  it("are given to clients with their scopes; adding twice and removing what is absent succeed", async () => {
    const p = await project();
    await inTx(p, (tx) => resources.create(p.ctx, tx, { uri: URI }));
    for (const scope of ["read", "write", "admin"]) await inTx(p, (tx) => scopes.create(p.ctx, tx, { resourceUri: URI, scope }));
    const pair = { resourceUri: URI, clientId: "machine" };
    const both = { ...pair, scopes: ["write", "read"] };
    const access = () => p.db.read((tx) => links.access(p.ctx, tx, pair));
    expect(await reasonOf(inTx(p, (tx) => links.addScopes(p.ctx, tx, both)))).toBe("ResourceNotAssociatedWithClient");
    for (let time = 0; time < 2; time += 1) await inTx(p, (tx) => links.addResource(p.ctx, tx, pair));
    for (let time = 0; time < 2; time += 1) expect((await inTx(p, (tx) => links.addScopes(p.ctx, tx, both))).map(({ scope }) => scope)).toEqual(["read", "write"]);
    expect(await reasonOf(inTx(p, (tx) => links.addScopes(p.ctx, tx, { ...pair, scopes: ["nope"] })))).toBe("ScopeNotFound");
    for (let time = 0; time < 2; time += 1)
      expect((await inTx(p, (tx) => links.removeScopes(p.ctx, tx, { ...pair, scopes: ["write"] }))).map(({ scope }) => scope)).toEqual(["read"]);
    expect((await inTx(p, (tx) => links.replaceScopes(p.ctx, tx, { ...pair, scopes: ["write", "admin"] }))).map(({ scope }) => scope)).toEqual(["admin", "write"]);
    expect(await access()).toEqual({ associated: true, scopes: ["admin", "write"] });
    for (let time = 0; time < 2; time += 1) await inTx(p, (tx) => links.removeResource(p.ctx, tx, pair));
    expect(await access()).toEqual({ associated: false, scopes: ["admin", "write"] });
    await inTx(p, (tx) => links.addResource(p.ctx, tx, pair));
    await inTx(p, (tx) => scopes.delete(p.ctx, tx, { resourceUri: URI, scope: "admin" }));
    expect(await access()).toEqual({ associated: true, scopes: ["write"] });
    expect(await reasonOf(inTx(p, (tx) => links.addResource(p.ctx, tx, { ...pair, clientId: "nope" })))).toBe("ClientNotFound");
    expect(await reasonOf(inTx(p, (tx) => links.removeResource(p.ctx, tx, { ...pair, resourceUri: "https://no.test" })))).toBe("ResourceNotFound");
    await inTx(p, (tx) => resources.delete(p.ctx, tx, URI));
    const left = await p.db.read((tx) =>
      tx.query("select 1 from client_scope where project_id = $1 union all select 1 from client_resource where project_id = $1", [p.project.id]),
    );
    expect(left).toEqual([]);
  });

  it("of one project are unknown to another (tenant isolation)", async () => {
    const [a, b] = [await project(), await project()];
    await inTx(a, (tx) => resources.create(a.ctx, tx, { uri: URI }));
    expect(await b.db.read((tx) => resources.byUri(b.ctx, tx, URI))).toBeUndefined();
    await inTx(b, (tx) => resources.create(b.ctx, tx, { uri: URI }));
    await inTx(b, (tx) => resources.delete(b.ctx, tx, URI));
    expect(await a.db.read((tx) => resources.byUri(a.ctx, tx, URI))).toBeDefined();
  });
});

describe("what is deleted by somebody else at the same moment", () => {
  /** Somebody deletes while the work goes on, and is through before it. */
  async function meanwhile(target: TestProject, remove: (tx: Tx) => Promise<unknown>, work: (tx: Tx) => Promise<unknown>): Promise<string> {
    let running: Promise<string> = Promise.resolve("never begun");
    await inTx(target, async (tx) => {
      await remove(tx);
      running = reasonOf(inTx(target, work));
      // Time to come to the row that is being deleted; whoever is late finds it deleted.
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    return running;
  }

  it.each<[string, string, (target: TestProject) => [remove: (tx: Tx) => Promise<unknown>, work: (tx: Tx) => Promise<unknown>]]>([
    [
      "a resource that gets a scope",
      "ResourceNotFound",
      ({ ctx }) => [(tx) => resources.delete(ctx, tx, URI), (tx) => scopes.create(ctx, tx, { resourceUri: URI, scope: "write" })],
    ],
    [
      "a resource that gets a client",
      "ResourceNotFound",
      ({ ctx }) => [(tx) => resources.delete(ctx, tx, URI), (tx) => links.addResource(ctx, tx, { resourceUri: URI, clientId: "machine" })],
    ],
    [
      "a scope that gets a client",
      "ScopeNotFound",
      ({ ctx }) => [
        (tx) => scopes.delete(ctx, tx, { resourceUri: URI, scope: "read" }),
        (tx) => links.addScopes(ctx, tx, { resourceUri: URI, clientId: "machine", scopes: ["read"] }),
      ],
    ],
    [
      "a resource whose scope gets a client",
      "ResourceNotFound",
      ({ ctx }) => [(tx) => resources.delete(ctx, tx, URI), (tx) => links.replaceScopes(ctx, tx, { resourceUri: URI, clientId: "machine", scopes: ["read"] })],
    ],
  ])("is not there: %s", async (_what, reason, acts) => {
    const target = await project();
    await inTx(target, async (tx) => {
      await resources.create(target.ctx, tx, { uri: URI });
      await scopes.create(target.ctx, tx, { resourceUri: URI, scope: "read" });
      await links.addResource(target.ctx, tx, { resourceUri: URI, clientId: "machine" });
    });
    expect(await meanwhile(target, ...acts(target))).toBe(reason);
  });
});
