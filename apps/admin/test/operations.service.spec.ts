import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";

let ask: AdminClient["ask"];
beforeAll(async () => {
  ({ ask } = await adminClient());
});

const create = (uri: string): string => `createResource(input: { resourceURI: "${uri}" }) { resource { id } }`;
const count = async (target: TestProject): Promise<number> => (await ask(target, "{ resources { totalCount } }")).data.resources.totalCount;
const MASKED = [{ message: "unexpected error", locations: [] }];

describe("mutations of one request", () => {
  const many = (n: number): string => Array.from({ length: n }, (_, i) => `m${i}: ${create(`https://r.test/${i}`)}`).join(" ");
  const refused = (got: number) => ({ name: "BadRequest", reason: "BadRequest", message: `too many mutation fields in one request: got ${got}, limit is 5`, code: 400 });

  it.each([
    ["aliases", `mutation { ${many(6)} }`, 6],
    ["a thousand aliases", `mutation { ${many(1000)} }`, 1000],
    [
      "fragments",
      `mutation { ...f ... on Mutation { a: ${create("https://a.test")} } ...f } fragment f on Mutation { ${many(3)} ...g } fragment g on Mutation { b: ${create("https://b.test")} }`,
      9,
    ],
    ["fields that are skipped", `mutation { ${many(5)} x: ${create("https://x.test").replace(") {", ") @skip(if: true) {")} }`, 6],
  ])("are counted through %s, and none is done", async (_name, query, got) => {
    const target = await testProject();
    const answer = await ask(target, query);
    expect([answer.status, answer.error]).toEqual([400, refused(got)]);
    expect(await count(target)).toBe(0);
  });

  it("up to five are done, of the named operation alone", async () => {
    const target = await testProject();
    const answer = await ask(target, `mutation A { ${many(5)} } mutation B { ${many(9)} }`, { operationName: "A" });
    expect([answer.status, Object.keys(answer.data)]).toEqual([200, ["m0", "m1", "m2", "m3", "m4"]]);
    expect(answer).not.toHaveProperty("errors");
    expect(await count(target)).toBe(5);
  });

  it("are all undone when one fails, their events too", async () => {
    const target = await testProject();
    const answer = await ask(target, `mutation { ${create("https://a.test")} b: ${create("customscheme://host")} }`);
    expect([answer.status, answer.data]).toEqual([200, null]);
    expect(answer.errors).toEqual([
      {
        message: expect.any(String),
        locations: expect.any(Array),
        path: ["b"],
        extensions: { errorName: "Invalid", reason: "ValidationFailed", info: { causes: expect.any(Array) } },
      },
    ]);
    expect([await count(target), await eventsOf(target)]).toEqual([0, []]);
  });

  it("are undone when what is read of their payload fails", async () => {
    const target = await testProject();
    const answer = await ask(target, 'mutation { createResource(input: { resourceURI: "https://a.test" }) { resource { scopes(last: 1) { totalCount } } } }');
    expect(answer.errors?.[0]).toMatchObject({ message: "unsupported pagination", extensions: { errorName: "BadRequest", reason: "InvalidQuery" } });
    expect(await count(target)).toBe(0);
  });
});

describe("what is wrong with a query", () => {
  it("a syntax error: 500 UnexpectedError, nothing of the text", async () => {
    const answer = await ask(await testProject(), "{ secretfield( }");
    expect([answer.status, answer.error]).toMatchObject([500, { name: "InternalError", reason: "UnexpectedError", code: 500, tracking_id: expect.any(String) }]);
    expect(answer.body).not.toContain("secretfield");
  });

  it("a fragment in a circle: 400", async () => {
    const answer = await ask(await testProject(), "mutation { ...a } fragment a on Mutation { ...b } fragment b on Mutation { ...a }");
    expect([answer.status, answer.error]).toMatchObject([400, { name: "BadRequest", reason: "BadRequest", code: 400 }]);
  });

  it("a subscription: 400, for there are none", async () => {
    const target = await testProject();
    const document = "query Ask { __typename } subscription Follow { __typename }";
    const refused = await ask(target, document, { operationName: "Follow" });
    expect([refused.status, refused.error]).toMatchObject([400, { name: "BadRequest", reason: "BadRequest", message: "subscriptions are not supported" }]);
    expect((await ask(target, document, { operationName: "Ask" })).data).toEqual({ __typename: "Query" });
  });

  it("an unknown field: told in full, 200, without extensions", async () => {
    const answer = await ask(await testProject(), "{ nope }");
    expect([answer.status, answer.errors]).toEqual([200, [{ message: expect.stringContaining('Cannot query field "nope"'), locations: [{ line: 1, column: 3 }] }]]);
  });

  it.each([
    ["a variable of another type", "query($n: Int) { users(first: $n) { totalCount } }", { n: "x" }],
    ["a variable that is missing", "query($n: ID!) { node(id: $n) { id } }", {}],
    ["an enum that is none", "query($s: SortDirection) { users(sortDirection: $s) { totalCount } }", { s: "asc" }],
    ["a time that is none", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "yesterday" }],
    ["a time without an offset", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "2026-01-01T00:00:00" }],
    ["a time as a number", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: 5 }],
    ["the time 2026-02-30T00:00:00Z", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "2026-02-30T00:00:00Z" }],
    ["the time 0000-01-01T00:00:00Z", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "0000-01-01T00:00:00Z" }],
    ["a time after the year 9999", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "9999-12-31T23:59:59-10:00" }],
    ["the time 2026-01-01T24:00:00Z", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "2026-01-01T24:00:00Z" }],
    ["the time 2026-01-01T00:00:00+24:00", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "2026-01-01T00:00:00+24:00" }],
    ["the time 2026-01-01 00:00:00Z", "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { t: "2026-01-01 00:00:00Z" }],
  ])("%s: unexpected error, 200", async (_name, query, variables) => {
    const answer = await ask(await testProject(), query, { variables });
    expect([answer.status, answer.data, answer.errors]).toEqual([200, null, MASKED]);
  });

  it.each(["2026-01-01T00:00:00Z", "2026-01-01T08:00:00.123+08:00", "2026-01-01t00:00:00z"])("not the time %s", async (t) => {
    expect((await ask(await testProject(), "query($t: DateTime) { auditLogs(rangeFrom: $t) { totalCount } }", { variables: { t } })).errors).toBeUndefined();
  });

  it("a null in place for what may be null; nothing else is lost", async () => {
    const answer = await ask(await testProject(), "{ users(last: 5) { totalCount } resources { totalCount } }");
    expect([answer.status, answer.data, answer.errors?.length]).toEqual([200, { users: null, resources: { totalCount: 0 } }, 1]);
  });
});

describe("queries made to exhaust the service", () => {
  const nested = (depth: number): string => `{ __schema { types ${"{ ofType ".repeat(depth)} { name } ${"}".repeat(depth)} } }`;

  it.each([
    [
      "too deep",
      `{ node(id: "x") { ... on User { identities { edges { node { id } } } } } __schema { types { ${"fields { type { ".repeat(12)} name ${"} } ".repeat(12)} } } }`,
      /^query is too deep: got \d+ levels, limit is 20$/,
    ],
    ["so deep that a parser gives up", nested(20_000), /^query is too deep/],
    ["of hundreds of aliases", `{ ${Array.from({ length: 301 }, (_, i) => `a${i}: __typename`).join(" ")} }`, /^too many aliases in one request: got 301, limit is 300$/],
    [
      "too expensive",
      "{ users(first: 100) { edges { node { identities(first: 100) { edges { node { id type createdAt updatedAt } } } } } } }",
      /^query is too expensive: got \d+, limit is 50000$/,
    ],
    ["too large", `{ ${"__typename ".repeat(6000)} }`, /^query is too large: got 6002 tokens, limit is 5000$/],
    ["enormous", `{ ${"x ".repeat(200_000)} }`, /^query is too large: got more than 100000 tokens, limit is 5000$/],
  ])("%s", async (_name, query, message) => {
    const answer = await ask(await testProject(), query);
    expect([answer.status, answer.error?.name, answer.error?.reason]).toEqual([400, "BadRequest", "BadRequest"]);
    expect(answer.error.message).toMatch(message);
  });

  it("within reason are served: a page of users with all that a list shows of them", async () => {
    const query = `{ users(first: 100) { edges { node { id createdAt updatedAt lastLoginAt formattedName endUserAccountID isDisabled standardAttributes
      identities { edges { node { id type claims } } } roles { edges { node { id key name } } } groups { edges { node { id key name } } }
      sessions { edges { node { id type displayName } } } authorizations { edges { node { clientID } } } } } } }`;
    expect((await ask(await testProject(), query)).errors).toBeUndefined();
  });
});
