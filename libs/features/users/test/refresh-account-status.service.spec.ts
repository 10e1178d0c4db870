import { afterAll, beforeAll, expect, it } from "vitest";
import { RefreshAccountStatus, UserJobsModule } from "@gatehouse/feature-users";
import { type TestModule, type TestProject, testModule, testProject } from "@gatehouse/platform-testing";
import { rowsOf, usersWith } from "./due-users.js";

let worker: TestModule;
beforeAll(async () => {
  worker = await testModule([UserJobsModule]);
});
afterAll(() => worker.close());

const run = (at = new Date()) => worker.get(RefreshAccountStatus).run(at);
const at = (hours: number): string => `'${new Date(Date.now() + hours * 3600_000).toISOString()}'`;
const copies = async (project: TestProject) =>
  (await rowsOf(project)).map(({ is_disabled, account_status_stale_from: stale }) => [is_disabled, stale && Math.round((stale.getTime() - Date.now()) / 3600_000)]);

it("follows a window that begins, and clears one that is over with its reason", async () => {
  const project = await testProject();
  await usersWith(project, `temporarily_disabled_from = ${at(-1)}, temporarily_disabled_until = ${at(1)}, disable_reason = 'r', account_status_stale_from = ${at(-1)}`);
  await run();
  expect(await copies(project)).toEqual([[true, 1]]);
  expect(await rowsOf(project)).toMatchObject([{ disable_reason: "r" }]);
  await run(new Date(Date.now() + 2 * 3600_000));
  expect(await copies(project)).toEqual([[false, null]]);
  expect(await rowsOf(project)).toMatchObject([{ temporarily_disabled_from: null, temporarily_disabled_until: null, disable_reason: null }]);
});

it("follows the valid period at both ends", async () => {
  const project = await testProject();
  await usersWith(project, `account_valid_from = ${at(-1)}, account_valid_until = ${at(1)}, is_disabled = true, account_status_stale_from = ${at(-1)}`);
  await run();
  expect(await copies(project)).toEqual([[false, 1]]);
  await run(new Date(Date.now() + 2 * 3600_000));
  expect(await copies(project)).toEqual([[true, null]]);
});

it("keeps the reason of an account that is disabled for good, and has search look at who has turned", async () => {
  const project = await testProject();
  await usersWith(
    project,
    `temporarily_disabled_from = ${at(-2)}, temporarily_disabled_until = ${at(-1)}, disable_reason = 'r', is_indefinitely_disabled = true, account_status_stale_from = ${at(-1)}, require_reindex_after = null`,
  );
  await run();
  expect(await rowsOf(project)).toMatchObject([{ is_disabled: true, disable_reason: "r", temporarily_disabled_until: null, require_reindex_after: expect.any(Date) }]);
});

it("looks at nobody who has not turned, and is run by several at once", async () => {
  const project = await testProject();
  await usersWith(project, `account_valid_until = ${at(-1)}, account_status_stale_from = ${at(-1)}`, 600);
  await usersWith(project, `account_valid_until = ${at(1)}, account_status_stale_from = ${at(1)}`);
  const counts = await Promise.all([run(), run(), run()]);
  expect(counts.reduce((a, b) => a + b)).toBe(600);
  expect((await copies(project)).filter(([disabled]) => disabled)).toHaveLength(600);
  expect(await run()).toBe(0);
});
