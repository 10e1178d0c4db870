import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testModule, type TestModule, testProject } from "@gatehouse/platform-testing";
import { ElasticsearchUserIndex, UserSearch, UserSearchModule } from "@gatehouse/service-user-search";
import { FakeElasticsearch } from "./fake-elasticsearch.js";
import { addPerson } from "./people.js";
import { userIndexContract } from "./user-index.contract.js";

/** A real server, where there is one, runs the contract too. */
const real = process.env.TEST_ELASTICSEARCH_URL;
let nest: TestModule;
let fake: FakeElasticsearch;
beforeAll(async () => {
  nest = await testModule([UserSearchModule]);
  fake = await FakeElasticsearch.start();
});
afterAll(async () => {
  await nest.close();
  await fake.close();
});

const index = () => nest.get(ElasticsearchUserIndex);
const projectOf = (url: string) => testProject({ config: { search: { implementation: "elasticsearch" } }, secrets: [{ key: "elasticsearch", data: { elasticsearch_url: url } }] });

userIndexContract({ name: "Elasticsearch (stand-in)", index, project: () => projectOf(fake.url), caseSensitive: false, roles: "any" });
if (real)
  userIndexContract({
    name: "Elasticsearch (server)",
    index,
    project: () => projectOf(real),
    settle: async () => void (await fetch(`${real}/user/_refresh`, { method: "POST" })),
    caseSensitive: false,
    roles: "any",
  });

describe("the Elasticsearch driver", () => {
  it("keeps a document under the project's and the user's id, and counts the hits", async () => {
    const target = await projectOf(fake.url);
    const ids = [await addPerson(target, { email: "Ada@example.com", phone: "+85298765432", attributes: { name: "Ada" } }), await addPerson(target, { email: "bob@example.com" })];
    await index().reindex(target.ctx, ids);
    expect(fake.stored(`${target.ctx.project.id}:${ids[0]}`)).toMatchObject({
      id: ids[0],
      app_id: target.ctx.project.id,
      created_at: "2026-01-01T00:00:00.000Z",
      is_disabled: false,
      email: ["Ada@example.com"],
      email_local_part: ["Ada"],
      email_domain: ["example.com"],
      phone_number: ["+85298765432"],
      phone_number_country_code: ["852"],
      phone_number_national_number: ["98765432"],
      name: "Ada",
    });
    expect(await index().search(target.ctx, { keyword: "example.com", first: 1 })).toMatchObject({ totalCount: 2, hits: [{}] });
  });

  it("writes a batch in one call, with credentials of the URL in a header", async () => {
    const target = await projectOf(fake.url.replace("//", "//user:p%40ss@"));
    const ids = [await addPerson(target, {}), await addPerson(target, {}), await addPerson(target, {})];
    await index().reindex(target.ctx, ids);
    const from = fake.calls.length;
    await index().reindex(target.ctx, ids);
    expect(fake.calls.slice(from)).toMatchObject([{ method: "POST", path: "/_bulk", authorization: `Basic ${Buffer.from("user:p@ss").toString("base64")}` }]);
  });

  it("leaves users due when the server fails, and lets an older state lose", async () => {
    const target = await projectOf(fake.url);
    const id = await addPerson(target, { email: "ada@example.com" });
    await index().reindex(target.ctx, [id]);
    fake.failNext = 503;
    await expect(index().reindex(target.ctx, [id])).rejects.toThrow("Elasticsearch answered 503");
    const { body = "" } = fake.calls.findLast(({ path }) => path === "/_bulk") ?? {};
    await fetch(`${fake.url}/_bulk`, { method: "POST", body: body.replace(/"version":\d+/, '"version":1').replace("ada@example.com", "old@example.com") });
    expect((await index().search(target.ctx, { keyword: "ada@example.com", first: 1 })).hits).toHaveLength(1);
  });
});

describe("a project's search", () => {
  const search = (target: Awaited<ReturnType<typeof testProject>>) => nest.get(UserSearch).search(target.ctx, { keyword: "ada", first: 1 });

  it("is the one of its configuration, else of the deployment", async () => {
    const [byDefault, own] = [await testProject(), await projectOf(fake.url)];
    expect((await search(byDefault)).totalCount).toBeNull();
    expect((await search(own)).totalCount).toBe(0);
  });

  it("is disabled when it is none, or has no credentials; users stop being due", async () => {
    for (const implementation of ["none", "elasticsearch"]) {
      const target = await testProject({ config: { search: { implementation } } });
      await expect(search(target)).rejects.toMatchObject({ reason: "SearchDisabled", message: "search is disabled" });
      await nest.get(UserSearch).reindex(target.ctx, [await addPerson(target, {})]);
      const rows = await target.db.read((tx) => tx.query("select last_indexed_at > require_reindex_after as done from auth_user where project_id = $1", [target.ctx.project.id]));
      expect(rows).toEqual([{ done: true }]);
    }
  });

  it("ignores ids that are no ids", async () => {
    const target = await testProject();
    await nest.get(UserSearch).reindex(target.ctx, ["", "x", "'"]);
  });
});
