import type { ProjectConfig } from "@gatehouse/domain-config";
import { checkCustomAttributes, checkStandardAttributes } from "@gatehouse/domain-user";
import { type ImportRecord, plainAttributes } from "./record-schema.js";

type Attributes = Readonly<Record<string, unknown>>;

/** The attributes with those of the changes: a value replaces, null removes. */
function changed(attributes: Attributes, changes: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const out = new Map(Object.entries(attributes));
  for (const [name, value] of changes) value === null ? out.delete(name) : out.set(name, value);
  return Object.fromEntries(out);
}

const given = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => Object.fromEntries(entries.filter(([, value]) => value !== null));

/** Standard attributes after a record, those that name the user aside. Throws ValidationFailed. */
export function readStandardAttributes(config: ProjectConfig, record: ImportRecord, before: Attributes): Record<string, unknown> {
  const changes = plainAttributes.filter((name) => record[name] !== undefined).map((name) => [name, record[name]] as const);
  const checked = checkStandardAttributes(config, given(changes));
  return changed(
    before,
    changes.map(([name, value]) => [name, value === null ? null : checked[name]]),
  );
}

/** Custom attributes, by id, after a record: each one alone is set or removed; unknown names are dropped. Throws ValidationFailed. */
export function readCustomAttributes(config: ProjectConfig, record: ImportRecord, before: Attributes): Record<string, unknown> {
  const changes = Object.entries(record.custom_attributes ?? {});
  const checked = checkCustomAttributes(config, given(changes));
  const removed = (config.user_profile.custom_attributes.attributes ?? []).filter(({ pointer }) => changes.some(([name, value]) => value === null && pointer === `/${name}`));
  return changed(before, [...Object.entries(checked), ...removed.map(({ id }) => [id, null] as const)]);
}
