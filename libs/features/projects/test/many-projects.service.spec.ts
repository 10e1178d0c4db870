import { randomBytes } from "node:crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { statementCount } from "@gatehouse/platform-postgres";
import { type TestModule, testModule, testPlatform, testProject } from "@gatehouse/platform-testing";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ListProjects, ProjectsModule, PutProject } from "../src/index.js";

const MANY = 10_000;
let module: TestModule;
const made: string[] = [];

describe("many projects", () => {
  beforeAll(async () => {
    module = await testModule([ProjectsModule]);
  });
  afterAll(async () => {
    const { db } = await testPlatform();
    await db.read((tx) => tx.query("delete from project where id = any(select prefix || n from unnest($1::text[]) prefix, generate_series(1, $2::int) n)", [made, MANY]));
    await module.close();
  });

  /** Copies of one project under ten thousand ids. */
  async function tenThousand(): Promise<string> {
    const { project, db } = await testProject();
    const prefix = `m${randomBytes(4).toString("hex")}`;
    await db.transaction(async (tx) => {
      await tx.query("insert into project (id) select $1 || n from generate_series(1, $2::int) n", [prefix, MANY]);
      await tx.query(
        "insert into project_file (project_id, path, content) select $1 || n, f.path, f.content from generate_series(1, $2::int) n, project_file f where f.project_id = $3",
        [prefix, MANY, project.id],
      );
      await tx.query("insert into project_domain (domain, project_id) select $1 || n || '.localhost', $1 || n from generate_series(1, $2::int) n", [prefix, MANY]);
    });
    made.push(prefix);
    await db.read((tx) => tx.query("analyze project, project_file, project_domain"));
    return prefix;
  }

  const put = async () => {
    const id = `n${randomBytes(6).toString("hex")}`;
    const { sql, statements } = await statementCount.during(() =>
      module.get(PutProject).run({ id, files: { "authgear.yaml": `id: ${id}\nhttp: {public_origin: 'http://${id}.localhost'}\n` } }),
    );
    return { sql, statements };
  };

  it("costs the same statements as ever to create one more, none of which reads a table through", async () => {
    const before = await put();
    const prefix = await tenThousand();
    const after = await put();
    expect(after).toEqual(before);
    expect(after.sql).toBeLessThanOrEqual(9);
    const { db } = await testPlatform();
    for (const sql of [
      "select id from project where id = $1",
      "select content from project_file where project_id = $1",
      "select project_id from project_domain where domain = $1",
      "select domain from project_domain where project_id = $1",
      "select id from project where id > $1 order by id limit 50",
    ]) {
      const plan = JSON.stringify(await db.read((tx) => tx.query(`explain (format json) ${sql}`, [`${prefix}5`])));
      expect([sql, plan.includes("Seq Scan")]).toEqual([sql, false]);
    }
    expect((await module.get(ListProjects).run({ limit: 50 })).projects).toHaveLength(50);
  });

  it("keeps compiled no more than the projects in use, at most five hundred", async () => {
    const prefix = made[0] ?? (await tenThousand());
    const { db, redis, env } = await testPlatform();
    const registry = new ProjectRegistry(db, redis, new EnvConfig({ ...env }));
    await registry.ready();
    for (let n = 1; n <= 20; n++) await registry.byHost(`${prefix}${n}.localhost`);
    expect(registry.sizes.projects).toBe(20);
    for (let n = 1; n <= 520; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => registry.byHost(`${prefix}${n + i}.localhost`)));
    expect(registry.sizes.projects).toBe(500);
    registry.onModuleDestroy();
  });
});
