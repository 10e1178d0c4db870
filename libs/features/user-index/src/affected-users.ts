import { type EventEnvelope, eventEntry } from "@gatehouse/domain-events";

/** Whose documents an event made stale: users by id, and all who are in these groups or have these roles. */
export interface AffectedUsers {
  users: string[];
  groups: string[];
  roles: string[];
}

const texts = (value: unknown): string[] => [value ?? []].flat().filter((one): one is string => typeof one === "string" && one !== "");
const idOf = (value: unknown): string[] => texts((value as { id?: unknown } | null | undefined)?.id);

/** Reads an event's payload (spec: events §10, "search reindex"; admin API §10). Nobody for events that leave documents as they are. */
export function affectedUsers({ type, payload, context }: EventEnvelope): AffectedUsers {
  if (!eventEntry(type)?.reindex) return { users: [], groups: [], roles: [] };
  const users = [context.user_id, ...idOf(payload.user), payload.user_id, payload.user_ids, payload.role_user_ids, payload.group_user_ids].flatMap(texts);
  const toUsers = payload.user_id !== undefined || payload.user_ids !== undefined;
  const linked = toUsers ? [] : [payload.group_id, payload.group_ids, payload.role_group_ids].flatMap(texts);
  return { users: [...new Set(users)], groups: [...new Set([...linked, ...idOf(payload.new_group)])], roles: idOf(payload.new_role) };
}
