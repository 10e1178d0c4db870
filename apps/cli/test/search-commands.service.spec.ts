import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { userReindexJob } from "@gatehouse/domain-jobs";
import { JobQueue } from "@gatehouse/platform-queue";
import { type TestPlatform, testPlatform, testProject } from "@gatehouse/platform-testing";
import { reindexProject, SearchCommandFailed } from "../src/commands/search.js";

let platform: TestPlatform;
beforeEach(async () => {
  platform = await testPlatform();
  for (const [name, value] of Object.entries({ DATABASE_URL: platform.env.databaseUrl, REDIS_URL: platform.env.redisUrl, LOG_LEVEL: "error" })) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function pending(): Promise<number> {
  const queue = new JobQueue({ name: userReindexJob.name, redis: platform.redis, databaseUrl: platform.env.databaseUrl });
  const count = await queue.pending();
  await queue.close();
  return count;
}

describe("gatehouse search reindex", () => {
  it("queues every user of the project", async () => {
    const { project } = await testProject();
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const before = await pending();
    await reindexProject(project.id);
    expect(await pending()).toBe(before + 1);
    expect(said).toHaveBeenCalledWith(`the users of ${project.id} are queued for indexing`);
  });

  it("says when there is no such project", async () => {
    await expect(reindexProject("nobody")).rejects.toThrow(new SearchCommandFailed("There is no project nobody."));
  });
});
