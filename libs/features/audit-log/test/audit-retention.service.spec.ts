import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditLogModule, AuditLogQuery, ExportAuditLog, type ExportLine, KeepAuditLog, SignCheckpoints, verifyExport } from "@gatehouse/feature-audit-log";
import { testModule, testProject, type TestModule, type TestProject } from "@gatehouse/platform-testing";
import { AuditTestEvents, nowSeconds, quiet } from "./audit-test-events.js";

const DAY = 86_400;
let nest: TestModule;
let events: AuditTestEvents;
beforeAll(async () => {
  nest = await testModule([AuditLogModule]);
  events = new AuditTestEvents(nest);
});
afterAll(() => nest.close());

const keep = (now = new Date()) => nest.get(KeepAuditLog).run(quiet, now);
const count = async ({ ctx }: TestProject) => (await nest.get(AuditLogQuery).run(ctx, {})).totalCount;
async function verified({ project }: TestProject) {
  const lines: ExportLine[] = [];
  await nest.get(ExportAuditLog).run(project.id, quiet, (line) => void lines.push(line));
  return verifyExport(lines.map((line) => JSON.stringify(line)));
}
const partitions = ({ db }: TestProject) =>
  db.read(async (tx) =>
    (await tx.query<{ name: string }>("select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_log'::regclass")).map(({ name }) => name),
  );
/** A month `n` months ago: its name in partitions, and a moment in it. */
function month(n: number): { name: string; at: number; day: string } {
  const now = new Date();
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - n, 1));
  return { name: `audit_log_p${start.toISOString().slice(0, 7).replace("-", "")}`, at: start.getTime() / 1000 + 5 * DAY, day: start.toISOString().slice(0, 10) };
}
const makeMonth = ({ db }: TestProject, day: string) => db.transaction((tx) => tx.query("select make_month_partition('audit_log', $1::date)", [day]));

describe("keeping the audit log", () => {
  it("makes the partitions of the next months, once", async () => {
    const project = await testProject();
    await keep();
    const names = await partitions(project);
    expect(names).toEqual(expect.arrayContaining([0, -1, -2].map((n) => month(n).name)));
    await Promise.all([keep(), keep()]);
    expect(await partitions(project)).toEqual(names);
    const ahead = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 3));
    await keep(ahead);
    expect(await partitions(project)).toContain(month(-3).name);
  });

  it("moves rows of the default partition to the partition of their month when that is made", async () => {
    const project = await testProject();
    const future = month(-9);
    await events.some(project, 2, { at: future.at });
    await makeMonth(project, future.day);
    const held = await project.db.read((tx) => tx.query(`select 1 from ${future.name} where project_id = $1`, [project.project.id]));
    expect(held).toHaveLength(2);
    expect(await verified(project)).toMatchObject({ rows: 2, findings: [] });
  });

  it("drops a month that is wholly older than 180 days, and the rest of the chain still proves itself", async () => {
    const project = await testProject();
    const [old, recent] = [month(9), month(1)];
    await makeMonth(project, old.day);
    await events.some(project, 2, { at: old.at });
    await events.some(project, 1, { at: recent.at });
    await events.some(project, 2, { at: old.at });
    await events.some(project, 2, { at: recent.at });
    await nest.get(SignCheckpoints).run(quiet);
    await events.some(project, 1, { at: recent.at });
    expect(await keep()).toContain(old.name);
    expect(await partitions(project)).not.toContain(old.name);
    expect(await count(project)).toBe(4);
    const result = await verified(project);
    expect(result).toMatchObject({ rows: 4, position: 8, covered: 8, findings: [] });
    await project.db.read((tx) => tx.query("delete from audit_log where project_id = $1 and chain_position = 3", [project.project.id]));
    expect((await verified(project)).findings).toMatchObject([{ kind: "removed", from: 3, to: 3 }]);
  });

  it("can drop everything", async () => {
    const project = await testProject();
    await events.some(project, 3, { at: nowSeconds() - 400 * DAY });
    await keep();
    expect(await verified(project)).toMatchObject({ rows: 0, covered: 3, findings: [] });
    await events.some(project, 1);
    expect(await verified(project)).toMatchObject({ rows: 1, position: 4, findings: [] });
  });

  it("threat: whoever removes rows says that retention did", async () => {
    const project = await testProject();
    await events.some(project, 4);
    await nest.get(SignCheckpoints).run(quiet);
    await project.db.read((tx) => tx.query("delete from audit_log where project_id = $1 and chain_position <= 2", [project.project.id]));
    const forged = Buffer.from(JSON.stringify({ project_id: project.project.id, number: 2, position: 4, dropped: [{ from: 1, to: 2 }] })).toString("base64url");
    await project.db.read((tx) =>
      tx.query("insert into audit_checkpoint (project_id, number, position, created_at, jws, key) values ($1, 2, 4, now(), $2, $3)", [
        project.project.id,
        `eyJhbGciOiJub25lIn0.${forged}.`,
        JSON.stringify({ kid: "x", kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
      ]),
    );
    expect((await verified(project)).findings.map(({ kind, to }) => [kind, to])).toEqual([
      ["checkpoint", 0],
      ["removed", 2],
    ]);
  });

  it("keeps what is younger, by age in the default partition and by whole months elsewhere", async () => {
    const project = await testProject();
    await events.some(project, 1, { at: nowSeconds() - 170 * DAY });
    await events.some(project, 1, { at: nowSeconds() });
    await keep();
    expect(await count(project)).toBe(2);
  });

  it("takes rows from before there was a chain into it", async () => {
    const project = await testProject();
    await project.db.read((tx) =>
      tx.query(
        `insert into audit_log (project_id, id, created_at, activity_type, user_id, data)
         select $1, lpad(n::text, 16, '0'), date_trunc('second', now()) - n * interval '1 minute', 'user.created', 'u', jsonb_build_object('seq', n) from generate_series(1, 5) n`,
        [project.project.id],
      ),
    );
    await events.some(project, 1);
    expect((await verified(project)).findings).toHaveLength(5);
    await keep();
    expect(await verified(project)).toMatchObject({ rows: 6, position: 6, findings: [] });
    const first = await project.db.read((tx) => tx.queryOne<{ id: string }>("select id from audit_log where project_id = $1 and chain_position = 2", [project.project.id]));
    expect(first?.id).toBe("0000000000000005");
  });
});
