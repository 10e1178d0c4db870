import { EnvConfig } from "@gatehouse/platform-env";
import { isApiError } from "@gatehouse/platform-errors-core";
import { statementCount } from "@gatehouse/platform-postgres";
import { commandCount } from "@gatehouse/platform-redis";
import { soon, testPlatform, testProject } from "@gatehouse/platform-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProjectRegistry } from "../src/index.js";

const opened: ProjectRegistry[] = [];

async function registry(change: Partial<EnvConfig> = {}): Promise<ProjectRegistry> {
  const { db, redis, env } = await testPlatform();
  const made = new ProjectRegistry(db, redis, new EnvConfig({ ...env, ...change }));
  opened.push(made);
  await made.ready();
  return made;
}

/** Changes a stored project behind every registry's back. */
async function rename(projectId: string, sessionSeconds: number): Promise<void> {
  const { db } = await testPlatform();
  await db.transaction(async (tx) => {
    const file = await tx.queryOne<{ content: Buffer }>("select content from project_file where project_id = $1 and path = 'authgear.yaml'", [projectId]);
    const text = `${file?.content.toString("utf8")}\nsession: {lifetime_seconds: ${sessionSeconds}}\n`;
    await tx.query("update project_file set content = $2 where project_id = $1 and path = 'authgear.yaml'", [projectId, Buffer.from(text)]);
    await tx.query("update project set version = version + 1 where id = $1", [projectId]);
  });
}

describe("project registry", () => {
  beforeAll(() => testPlatform());
  afterAll(() => {
    for (const one of opened) one.onModuleDestroy();
  });

  it("finds a project by host and by id, and costs nothing once warm", async () => {
    const { project, host } = await testProject();
    const one = await registry();
    expect((await one.byHost(host))?.id).toBe(project.id);
    const { result, sql } = await statementCount.during(() => one.byHost(host));
    const { redis } = await commandCount.during(() => one.byHost(host));
    expect({ id: result?.id, sql, redis }).toEqual({ id: project.id, sql: 0, redis: 0 });
    expect(await one.byId(project.id)).toBe(result);
  });

  it("loads a cold project with one statement, however many ask", async () => {
    const { project } = await testProject();
    const one = await registry();
    const { sql } = await statementCount.during(() => Promise.all(Array.from({ length: 50 }, () => one.byId(project.id))));
    expect(sql).toBe(1);
  });

  it("asks the database once a minute for a host that is probed", async () => {
    const one = await registry();
    const host = `nobody-${crypto.randomUUID()}.example`;
    expect(await one.byHost(host)).toBeUndefined();
    const { result, sql } = await statementCount.during(() => one.byHost(host));
    expect({ result, sql }).toEqual({ result: undefined, sql: 0 });
  });

  it("sees a change published by another process as soon as it hears of it", async () => {
    const { project, host } = await testProject();
    const [here, there] = [await registry(), await registry()];
    await Promise.all([here.byHost(host), there.byHost(host)]);
    await rename(project.id, 4242);
    await here.invalidate(project.id);
    expect((await here.byHost(host))?.config.session.lifetime_seconds).toBe(4242);
    await soon(async () => expect((await there.byHost(host))?.config.session.lifetime_seconds).toBe(4242));
  });

  it("finds a host that was unknown as soon as a project with it is published", async () => {
    const { project } = await testProject();
    const { db } = await testPlatform();
    const [here, there] = [await registry(), await registry()];
    const host = `late-${project.id}.example`;
    await Promise.all([here.byHost(host), there.byHost(host)]);
    await db.read((tx) => tx.query("insert into project_domain (domain, project_id, is_custom) values ($1, $2, true)", [host, project.id]));
    await here.invalidate(project.id, [host]);
    await soon(async () => expect((await there.byHost(host))?.id).toBe(project.id));
  });

  it("leads this machine's own names to the default project in development mode only", async () => {
    const { project } = await testProject();
    const dev = await registry({ defaultProjectId: project.id, devMode: true });
    const production = await registry({ defaultProjectId: project.id, devMode: false });
    expect([(await dev.byHost("localhost"))?.id, (await dev.byHost("127.0.0.1"))?.id]).toEqual([project.id, project.id]);
    expect(await production.byHost("localhost")).toBeUndefined();
  });

  it("threat: a host that imitates another by case or by a longer name leads nowhere", async () => {
    const { host } = await testProject();
    const one = await registry();
    expect(await Promise.all([host.toUpperCase(), `x.${host}`, `${host}.evil.example`, "", "a".repeat(300)].map((name) => one.byHost(name)))).toEqual(Array(5).fill(undefined));
  });

  it("threat: a stored file that does not compile is never shown to a client as his error", async () => {
    const { project, db } = await testProject();
    await db.read((tx) => tx.query("update project_file set content = 'id: 1' where project_id = $1 and path = 'authgear.yaml'", [project.id]));
    const error: unknown = await (await registry()).byId(project.id).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(isApiError(error)).toBe(false);
  });
});
