import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditLogModule, ExportAuditLog, type ExportLine, RecordEvents, SignCheckpoints, type Verification, verifyExport, type VerifyOptions } from "@gatehouse/feature-audit-log";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { AuditTestEvents, quiet } from "./audit-test-events.js";

let nest: TestModule;
let events: AuditTestEvents;
beforeAll(async () => {
  nest = await testModule([AuditLogModule]);
  events = new AuditTestEvents(nest);
});
afterAll(() => nest.close());

async function exported({ project }: TestProject): Promise<ExportLine[]> {
  const lines: ExportLine[] = [];
  expect(await nest.get(ExportAuditLog).run(project.id, quiet, (line) => void lines.push(line))).toBeTypeOf("number");
  return lines;
}
const verify = (lines: readonly ExportLine[], options?: VerifyOptions): Promise<Verification> =>
  verifyExport(
    lines.map((line) => JSON.stringify(line)),
    options,
  );
const told = ({ findings }: Verification) => findings.map(({ kind, from, to }) => [kind, from, to]);
/** A log of six rows, signed after three and after six. */
async function log(): Promise<TestProject> {
  const project = await testProject();
  await events.some(project, 3);
  await nest.get(SignCheckpoints).run(quiet);
  await events.some(project, 3);
  await nest.get(SignCheckpoints).run(quiet);
  return project;
}
const inDatabase = ({ db, project }: TestProject, sql: string) => db.read((tx) => tx.query(sql, [project.id]));
const rowAt = (lines: ExportLine[], position: number) => lines.find((line) => line.kind === "row" && line.row.position === position) as Extract<ExportLine, { kind: "row" }>;

describe("the chain of an audit log", () => {
  it("proves an untouched log, offline", async () => {
    const project = await log();
    const result = await verify(await exported(project));
    expect(result).toMatchObject({ projectId: project.project.id, rows: 6, checkpoints: 2, covered: 6, position: 6, findings: [] });
    expect(result.thumbprints).toHaveLength(1);
  });

  it("goes on in order when several consumers write at once, each event once", async () => {
    const project = await testProject();
    const all = Array.from({ length: 120 }, () => events.envelope(project, "user.authenticated"));
    const batch = (from: number, to: number) => ({ records: all.slice(from, to).map((event) => ({ value: JSON.stringify(event) })) });
    const batches = [batch(0, 40), batch(20, 60), batch(40, 80), batch(60, 100), batch(80, 120), batch(0, 120)];
    await Promise.all(batches.map(({ records }) => nest.get(RecordEvents).run(records, quiet)));
    const result = await verify(await exported(project));
    expect(result).toMatchObject({ rows: 120, position: 120, findings: [] });
  });

  it("takes what JSON and PostgreSQL see differently: NUL, odd numbers, keys like numbers", async () => {
    const project = await testProject();
    const payload = { "10": 1e21, "9": -0, text: "a\u0000b \u2028 \ud83d\ude00", list: [0.1, 1e-7, Number("12345678901234567890")], deep: { "1": {}, __x: [] } };
    await events.some(project, 1, { payload });
    expect(await verify(await exported(project))).toMatchObject({ rows: 1, findings: [] });
  });

  it("signs again only when there are new rows", async () => {
    const project = await log();
    await nest.get(SignCheckpoints).run(quiet);
    expect((await exported(project)).filter(({ kind }) => kind === "checkpoint")).toHaveLength(2);
    await Promise.all([1, 2, 3].map(() => events.some(project, 1)));
    await Promise.all([nest.get(SignCheckpoints).run(quiet), nest.get(SignCheckpoints).run(quiet), nest.get(SignCheckpoints).run(quiet)]);
    expect(await verify(await exported(project))).toMatchObject({ position: 9, covered: 9, findings: [] });
  });

  it("of one project says nothing of another's", async () => {
    const [mine, other] = [await log(), await log()];
    await inDatabase(mine, "delete from audit_log where project_id = $1 and chain_position = 2");
    expect(told(await verify(await exported(other)))).toEqual([]);
    expect(told(await verify(await exported(mine)))).toEqual([["removed", 2, 2]]);
  });
});

describe("threat: who can write to the database", () => {
  it.each([
    [
      "changes what a row says",
      "update audit_log set data = jsonb_set(data, '{context,ip_address}', '\"198.51.100.1\"') where project_id = $1 and chain_position = 4",
      [["changed", 4, 4]],
    ],
    ["changes whose row it is", "update audit_log set user_id = 'somebody' where project_id = $1 and chain_position = 1", [["changed", 1, 1]]],
    ["changes when it happened", "update audit_log set created_at = created_at - interval '1 hour' where project_id = $1 and chain_position = 6", [["changed", 6, 6]]],
    ["removes a row", "delete from audit_log where project_id = $1 and chain_position = 3", [["removed", 3, 3]]],
    ["removes the first rows", "delete from audit_log where project_id = $1 and chain_position <= 2", [["removed", 1, 2]]],
    ["cuts off the end", "delete from audit_log where project_id = $1 and chain_position >= 5", [["removed", 5, 6]]],
    [
      "swaps two rows",
      "update audit_log set chain_position = 7 - chain_position where project_id = $1 and chain_position in (2, 5)",
      [
        ["reordered", 2, 2],
        ["reordered", 5, 5],
      ],
    ],
    [
      "inserts a row beside another",
      "insert into audit_log select project_id, 'feed', created_at, activity_type, user_id, ip_address, user_agent, client_id, data, chain_position, chain_previous, chain_hash from audit_log where project_id = $1 and chain_position = 4",
      [["inserted", 4, 4]],
    ],
    [
      "inserts a row without a place",
      "insert into audit_log (project_id, id, created_at, activity_type, data) values ($1, 'feed', now(), 'user.created', '{}')",
      [["inserted", 0, 0]],
    ],
  ])("%s, and is found", async (_what, sql, findings) => {
    const project = await log();
    await inDatabase(project, sql);
    expect(told(await verify(await exported(project)))).toEqual(findings);
  });

  it("moves the head back with the end, and is found by the checkpoint", async () => {
    const project = await log();
    await inDatabase(project, "delete from audit_log where project_id = $1 and chain_position >= 5");
    await inDatabase(
      project,
      "update audit_chain c set position = 4, checkpoint_position = 4, hash = (select chain_hash from audit_log a where a.project_id = c.project_id and chain_position = 4) where project_id = $1",
    );
    expect(told(await verify(await exported(project)))).toEqual([["removed", 5, 6]]);
  });
});

describe("threat: who can change an export", () => {
  it("lines that were changed, removed, doubled, exchanged or cut off are found", async () => {
    const whole = await exported(await log());
    const rows = (change: (lines: ExportLine[]) => ExportLine[]) => verify(change(structuredClone(whole)));
    const changed = await rows((lines) => {
      rowAt(lines, 2).row.user_id = "x";
      return lines;
    });
    expect(told(changed)).toEqual([["changed", 2, 2]]);
    expect(changed.findings[0]?.text).toBe(`row 2 (${rowAt(whole, 2).row.id}) was changed`);
    expect(told(await rows((lines) => lines.filter((line) => line !== rowAt(lines, 3))))).toEqual([["removed", 3, 3]]);
    expect(told(await rows((lines) => [...lines.slice(0, 4), rowAt(lines, 3), ...lines.slice(4)]))).toEqual([["inserted", 3, 3]]);
    const exchanged = await rows((lines) => [lines[0], lines[2], lines[1], ...lines.slice(3)] as ExportLine[]);
    expect(told(exchanged)).toEqual([["reordered", 1, 1]]);
    expect(told(await rows((lines) => lines.filter((line) => line.kind !== "row" || line.row.position < 5)))).toEqual([["removed", 5, 6]]);
    expect((await verifyExport(["{", JSON.stringify({ kind: "x" })])).findings.map(({ kind }) => kind)).toEqual(["form", "form", "form"]);
  });

  it("a row rewritten with its hash does not fit its neighbours", async () => {
    const whole = await exported(await log());
    const { chainHash } = await import("../src/rules/chain.js");
    const forge = (position: number) => {
      const lines = structuredClone(whole);
      const line = rowAt(lines, position);
      line.row.user_id = "x";
      line.hash = chainHash(Buffer.from(line.previous, "base64url"), line.row).toString("base64url");
      return verify(lines);
    };
    for (const position of [1, 3, 4]) expect(told(await forge(position)), `row ${position}`).toEqual([["changed", position, position]]);
    expect(told(await forge(6))).toEqual([["changed", 4, 6]]);
  });

  it("a chain that was computed anew from a row on does not lead to the checkpoints", async () => {
    const lines = await exported(await log());
    const { chainHash } = await import("../src/rules/chain.js");
    rowAt(lines, 2).row.user_id = "x";
    for (let position = 2; position <= 6; position += 1) {
      const line = rowAt(lines, position);
      line.previous = rowAt(lines, position - 1).hash;
      line.hash = chainHash(Buffer.from(line.previous, "base64url"), line.row).toString("base64url");
    }
    expect(told(await verify(lines))).toEqual([["changed", 1, 3]]);
  });

  it("checkpoints that were removed, exchanged or signed by somebody else are found", async () => {
    const [lines, foreign] = [await exported(await log()), await exported(await log())];
    const [first, second] = lines.filter((line) => line.kind === "checkpoint");
    const without = (...gone: unknown[]) => lines.filter((line) => !gone.includes(line));
    expect(told(await verify(without(first)))).toEqual([["checkpoint", 0, 0]]);
    expect(told(await verify([...without(first, second), second as ExportLine, first as ExportLine])).map(([kind]) => kind)).toEqual(["checkpoint", "checkpoint"]);
    const trusted = foreign.flatMap((line) => (line.kind === "header" ? line.keys : []));
    expect(told(await verify(lines, { keys: trusted.map((key) => ({ ...key })) })).map(([kind]) => kind)).toEqual(["checkpoint", "checkpoint"]);
    expect((await verify([...without(first, second), ...foreign.filter(({ kind }) => kind === "checkpoint")])).findings).toHaveLength(2);
  });

  it("an end cut off together with its checkpoint is found with an earlier export", async () => {
    const project = await log();
    const earlier = (await exported(project)).flatMap((line) => (line.kind === "checkpoint" ? [line.jws] : []));
    await inDatabase(project, "delete from audit_log where project_id = $1 and chain_position > 3");
    await inDatabase(project, "delete from audit_checkpoint where project_id = $1 and number = 2");
    await inDatabase(
      project,
      "update audit_chain c set position = 3, checkpoint_position = 3, hash = (select chain_hash from audit_log a where a.project_id = c.project_id and chain_position = 3) where project_id = $1",
    );
    const lines = await exported(project);
    expect(told(await verify(lines))).toEqual([]);
    expect(told(await verify(lines, { earlier }))).toEqual([["checkpoint", 0, 0]]);
  });
});
