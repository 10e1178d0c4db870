import { createHooksService } from "@gatehouse/app-hooks";
import { PERIODIC_QUEUE, periodicWork } from "@gatehouse/domain-jobs";
import type { HttpService } from "@gatehouse/platform-http";
import { deploymentName } from "@gatehouse/platform-queue";
import { soon, testPlatform, type TestProject, testProject } from "@gatehouse/platform-testing";
import { afterEach, expect, it } from "vitest";

const services: HttpService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

/** A worker that starts as the first one after ten seconds. */
async function startWorker(): Promise<void> {
  const { resources, redis, env } = await testPlatform();
  const keys = await redis.client.keys(`*gatehouse-jobs-${deploymentName(env.databaseUrl)}*:started:*`);
  if (keys.length > 0) await redis.client.del(...keys);
  services.push(await createHooksService(resources));
}

const addUser = ({ db, project }: TestProject, column: string): Promise<unknown> =>
  db.read((tx) =>
    tx.query(
      `insert into auth_user (project_id, id, created_at, updated_at, standard_attributes, is_indefinitely_disabled, ${column})
       values ($1, gen_random_uuid(), now(), now(), '{"name": "Ada"}', true, now() - interval '1 minute')`,
      [project.id],
    ),
  );
const users = ({ db, project }: TestProject): Promise<{ is_anonymized: boolean; standard_attributes: object }[]> =>
  db.read((tx) => tx.query("select is_anonymized, standard_attributes from auth_user where project_id = $1", [project.id]));

it("has everything of the catalogue on its schedule, at the declared intervals", async () => {
  const { redis, env } = await testPlatform();
  await startWorker();
  const prefix = `{gatehouse-jobs-${deploymentName(env.databaseUrl)}}:${PERIODIC_QUEUE}:repeat`;
  await soon(async () => {
    expect((await redis.client.zrange(prefix, 0, -1)).sort()).toEqual(periodicWork.map(({ name }) => name).sort());
    for (const { name, everySeconds } of periodicWork) expect(await redis.client.hget(`${prefix}:${name}`, "every")).toBe(String(everySeconds * 1000));
  });
});

it("ends a user who is due when it starts, without waiting for the next interval (operations, probe 15)", async () => {
  const target = await testProject();
  await addUser(target, "delete_at");
  await startWorker();
  await soon(async () => expect(await users(target)).toEqual([]));
});

it("does so when the schedule was made long ago, too", async () => {
  const target = await testProject();
  await startWorker();
  await Promise.all(services.splice(0).map((service) => service.close()));
  await addUser(target, "anonymize_at");
  await startWorker();
  await soon(async () => expect(await users(target)).toEqual([{ is_anonymized: true, standard_attributes: {} }]));
});
