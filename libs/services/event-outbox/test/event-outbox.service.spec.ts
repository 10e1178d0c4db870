import { describe, expect, it } from "vitest";
import { authenticationPrimaryPasswordFailed, smsSent, userCreated, userPreCreate, zeroEventUser } from "@gatehouse/domain-events";
import { statementCount } from "@gatehouse/platform-postgres";
import { testProject } from "@gatehouse/platform-testing";
import { EventOutbox } from "@gatehouse/service-event-outbox";

const user = zeroEventUser("6a2f0000-0000-4000-8000-000000000000");

async function setup() {
  const project = await testProject();
  const rows = () =>
    project.db.read((tx) =>
      tx.query<{ seq: string; type: string; user_id: string | null; context: Record<string, unknown>; payload: Record<string, unknown> }>(
        "select seq, type, user_id, context, payload from outbox where project_id = $1 order by seq",
        [project.ctx.project.id],
      ),
    );
  return { ...project, rows, outbox: new EventOutbox(project.db, project.redis) };
}

describe("event outbox", () => {
  it("keeps the events of a committed transaction, in order, in one statement", async () => {
    const { ctx, db, outbox, rows } = await setup();
    const { sql } = await statementCount.during(() =>
      db.transaction((tx) =>
        outbox.append(ctx, tx, [userCreated({ user, identities: [] }), smsSent({ sender: "s", recipient: "+852", type: "verification", is_not_counted_in_usage: false })]),
      ),
    );
    expect(sql).toBe(1);
    const stored = await rows();
    expect(stored.map((row) => row.type)).toEqual(["user.created", "sms.sent"]);
    expect(stored[0]?.context).toMatchObject({
      user_id: user.id,
      triggered_by: "user",
      app_id: ctx.project.id,
      audit_context: { http_url: ctx.request.url },
      preferred_languages: ["en"],
      language: "en",
      geo_location_code: null,
    });
    expect(stored[1]?.user_id).toBeNull();
  });

  it("leaves no event of a transaction that rolled back", async () => {
    const { ctx, db, outbox, rows } = await setup();
    await expect(
      db.transaction(async (tx) => {
        await outbox.append(ctx, tx, [userCreated({ user, identities: [] })]);
        throw new Error("roll back");
      }),
    ).rejects.toThrow("roll back");
    expect(await rows()).toHaveLength(0);
  });

  it("keeps a failure although the transaction around it rolled back", async () => {
    const { ctx, db, outbox, rows } = await setup();
    await db
      .transaction(async () => {
        await outbox.appendNow(ctx, [authenticationPrimaryPasswordFailed({ user: null, authentication_stage: "primary", authenticator_type: "password" })]);
        throw new Error("roll back");
      })
      .catch(() => undefined);
    const stored = await rows();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.context.user_id).toBe("");
  });

  it("wakes the relay only after the commit", async () => {
    const { ctx, db, outbox, redis } = await setup();
    const subscriber = redis.client.duplicate();
    const heard = new Promise<number>((resolve) => subscriber.on("message", () => resolve(performance.now())));
    await subscriber.subscribe("gatehouse:outbox");
    await db.transaction((tx) => outbox.append(ctx, tx, [userCreated({ user, identities: [] })]));
    await heard;
    subscriber.disconnect();
  });

  it("refuses a blocking event", async () => {
    const { ctx, db, outbox } = await setup();
    await expect(db.transaction((tx) => outbox.append(ctx, tx, [userPreCreate({ user, identities: [] })]))).rejects.toThrow(/blocking/);
  });

  it("threat: a NUL character in an attribute does not break the insert", async () => {
    const { ctx, outbox, rows } = await setup();
    await outbox.appendNow(ctx, [userCreated({ user: { ...user, standard_attributes: { name: "a\u0000b", nick: "\\u0000" } }, identities: [] })]);
    expect((await rows())[0]?.payload).toMatchObject({ user: { standard_attributes: { name: "ab", nick: "\\u0000" } } });
  });
});
