import { type Connection, type ConnectionArguments, listLoader, offsetConnection } from "@gatehouse/platform-graphql";
import type { Member, MembersPage } from "@gatehouse/record-roles-groups";
import type { Tx } from "@gatehouse/platform-postgres";
import type { AdminRequest } from "../request/admin-request.js";
import { pageOf } from "../request/page.js";
import { presentUser, type UserNode } from "../users/user.presenter.js";

/** Which users are asked for. */
interface MembersQuestion {
  /** Field of the schema. */
  field: "Role.users" | "Group.users";
  /** Raw id of the role or group. */
  ownerId: string;
  args: ConnectionArguments;
  read(tx: Tx, page: MembersPage): Promise<Member[]>;
}

/** A page of the users of a role or a group; the same page of many of them is read at once. How many there are is not counted (spec: admin API §4.3). */
export async function membersOf({ loaders, read }: AdminRequest, question: MembersQuestion): Promise<Connection<UserNode>> {
  const page = pageOf(question.args);
  const { offset, limit } = page;
  const pages = loaders.byArguments.of(question.field, [offset, limit], () =>
    listLoader(
      (ids) => read((tx) => question.read(tx, { ids, offset, limit })),
      ({ ownerId }) => ownerId,
    ),
  );
  const { edges, ...rest } = offsetConnection(page, await pages.load(question.ownerId), null);
  const users = await Promise.all(edges.map(({ node }) => loaders.user.load(node.userId)));
  return { ...rest, edges: edges.flatMap(({ cursor }, index) => (users[index] ? [{ cursor, node: presentUser(users[index]) }] : [])) };
}
