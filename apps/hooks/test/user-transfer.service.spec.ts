import { afterAll, beforeAll, expect, it } from "vitest";
import { createHooksService } from "@gatehouse/app-hooks";
import { ReadExport, StartExport } from "@gatehouse/feature-user-export";
import { ReadImport, StartImport } from "@gatehouse/feature-user-import";
import type { HttpService } from "@gatehouse/platform-http";
import { soon, testPlatform, testProject } from "@gatehouse/platform-testing";

let service: HttpService;
beforeAll(async () => {
  service = await createHooksService((await testPlatform()).resources);
});
afterAll(() => service?.close());

const get = <T>(type: abstract new (...args: never[]) => T): T => service.nest.get(type as never, { strict: false });

it("the queue carries an import of several tasks, and an export, to their end", async () => {
  const target = await testProject();
  const records = Array.from({ length: 250 }, (_, i) => ({ email: `u${i}@example.com` }));
  const job = await get(StartImport).run(target.ctx, { identifier: "email", records });
  await soon(async () => expect((await get(ReadImport).run(target.ctx, job.id)).details).toHaveLength(250));
  const task = await get(StartExport).run(target.ctx, { format: "csv", csv: { fields: [{ pointer: "/email" }] } });
  await soon(async () => expect((await get(ReadExport).run(target.ctx, task.id)).downloadUrl).toBeTypeOf("string"));
});
