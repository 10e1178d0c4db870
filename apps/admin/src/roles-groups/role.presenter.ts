import type { EventRole } from "@gatehouse/domain-events";
import { toGlobalId } from "@gatehouse/platform-graphql";
import type { Group, Role } from "@gatehouse/record-roles-groups";

/** `Role` of the schema, as far as its own row tells; `row` is for the other fields' resolvers. */
export const presentRole = (row: Role) => present("Role", row);

/** `Group` of the schema. */
export const presentGroup = (row: Group) => present("Group", row);

/** A presented role or group. */
export type KeyedNode = ReturnType<typeof present>;

function present(type: "Role" | "Group", row: Role | Group) {
  const { id, key, name, description, createdAt, updatedAt } = row;
  return { __typename: type, id: toGlobalId(type, id), key, name, description, createdAt, updatedAt, row };
}

/** A role or a group as events show it. */
export const keyedModel = ({ id, key, name, description, createdAt, updatedAt }: Role | Group): EventRole => ({
  id,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
  key,
  ...(name === null ? {} : { name }),
  ...(description === null ? {} : { description }),
});
