import type { Tx } from "@gatehouse/platform-postgres";

/** One row to append; payload and context are plain JSON values. */
export interface OutboxRow {
  userId?: string;
  type: string;
  payload: unknown;
  context: unknown;
}

/** The Redis channel that wakes the relay. */
export const OUTBOX_WAKE_CHANNEL = "gatehouse:outbox";

/** Escapes of NUL characters and of halves of surrogate pairs; the second one also finds an escaped backslash before such a text, which does no harm. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/;
const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();

function storableMember(_key: string, part: unknown): unknown {
  if (typeof part === "string") return storable(part);
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [storable(name), member]));
}

/** JSON text that PostgreSQL's jsonb takes: it has no NUL character, so they are left out, and no halves of surrogate pairs, which become U+FFFD. */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE.test(text) ? JSON.stringify(value, storableMember) : text;
}

/** Appends rows of one project in their order, in one statement of the caller's transaction. Returns their sequence numbers. */
export async function appendEvents(tx: Tx, projectId: string, rows: readonly OutboxRow[]): Promise<number[]> {
  if (rows.length === 0) return [];
  const stored = await tx.query<{ seq: string }>(
    `insert into outbox (project_id, user_id, type, payload, context)
     select $1, e.user_id, e.type, e.payload::jsonb, e.context::jsonb
     from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as e(user_id, type, payload, context, position)
     order by e.position
     returning seq`,
    [projectId, rows.map((row) => row.userId ?? null), rows.map((row) => row.type), rows.map((row) => toJsonb(row.payload)), rows.map((row) => toJsonb(row.context))],
  );
  return stored.map((row) => Number(row.seq));
}
