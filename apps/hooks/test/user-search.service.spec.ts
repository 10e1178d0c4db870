import { afterAll, beforeAll, expect, it } from "vitest";
import { createHooksService } from "@gatehouse/app-hooks";
import { adminApiMutationUpdateRoleExecuted, userCreated, userDeleted, zeroEventUser } from "@gatehouse/domain-events";
import type { HttpService } from "@gatehouse/platform-http";
import { newUuid } from "@gatehouse/platform-ids";
import { soon, testPlatform, testProject } from "@gatehouse/platform-testing";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { UserSearch } from "@gatehouse/service-user-search";

let service: HttpService;
beforeAll(async () => {
  service = await createHooksService((await testPlatform()).resources);
});
afterAll(() => service?.close());

it("carries a user's changes, and those of his role, from the outbox to the search", async () => {
  const { ctx, db } = await testProject();
  const [id, role, outbox] = [newUuid(), newUuid(), service.nest.get(EventOutbox, { strict: false })];
  const finds = (keyword: string, found: string[]) =>
    soon(async () => expect((await service.nest.get(UserSearch, { strict: false }).search(ctx, { keyword, first: 10 })).hits.map(({ userId }) => userId)).toEqual(found));
  await db.transaction(async (tx) => {
    await tx.query('insert into auth_user (project_id, id, created_at, updated_at, standard_attributes) values ($1, $2, now(), now(), \'{"name": "Ada"}\')', [ctx.project.id, id]);
    await tx.query("insert into auth_role (project_id, id, key, name, created_at, updated_at) values ($1, $2, 'r', 'Editors', now(), now())", [ctx.project.id, role]);
    await tx.query("insert into user_role values ($1, $2, $3, now())", [ctx.project.id, id, role]);
    await outbox.append(ctx, tx, [userCreated({ user: zeroEventUser(id), identities: [] })]);
  });
  await finds("ada", [id]);
  await db.transaction(async (tx) => {
    await tx.query("update auth_role set name = 'Redaktion' where project_id = $1", [ctx.project.id]);
    const model = { id: role, created_at: "", updated_at: "", key: "r" };
    await outbox.append(ctx, tx, [adminApiMutationUpdateRoleExecuted({ original_role: model, new_role: model })]);
  });
  await finds("redaktion", [id]);
  await finds("editors", []);
  await db.transaction(async (tx) => {
    await tx.query("delete from auth_user where project_id = $1", [ctx.project.id]);
    await outbox.append(ctx, tx, [userDeleted({ user: zeroEventUser(id) })]);
  });
  await finds("ada", []);
});
