import { Injectable } from "@nestjs/common";
import { groupUnknownKeys, roleUnknownKeys, userUnknownKeys } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { isKey } from "./key-rules.js";

/** Every pair of the users and the roles, and of the users and the groups. */
export interface MembershipPairs {
  userIds: readonly string[];
  roleIds?: readonly string[];
  groupIds?: readonly string[];
}

/** What a user is to have: exactly this; what is absent stays as it is. */
export interface MembershipReset {
  userId: string;
  /** Keys. */
  roles?: readonly string[];
  /** Keys. */
  groups?: readonly string[];
}

/** Keys of roles and groups that exist, and of the roles they make together. */
export interface ResolvedMemberships {
  roles: string[];
  groups: string[];
  effectiveRoles: string[];
}

/** Which users of each role or group. */
export interface MembersPage {
  ids: readonly string[];
  offset: number;
  limit: number;
}

/** A user of a role or a group. */
export interface Member {
  ownerId: string;
  userId: string;
}

/** The link of users to roles, or to groups. */
const LINKS = {
  role: {
    insert: "insert into user_role (project_id, user_id, role_id, created_at)",
    remove: "delete from user_role x where x.project_id = $1 and x.user_id = any($2::uuid[]) and x.role_id = any($3::uuid[])",
    members: "select x.user_id, x.created_at from user_role x where x.project_id = $1 and x.role_id = o.id",
    wanted: "select r.id, r.key from auth_role r where r.project_id = $1 and r.key = any($3::text[]) order by r.id for key share",
    gone: "delete from user_role x where x.project_id = $1 and x.user_id = $2 and x.role_id not in (select id from wanted)",
    unknownKeys: roleUnknownKeys,
  },
  group: {
    insert: "insert into user_group (project_id, user_id, group_id, created_at)",
    remove: "delete from user_group x where x.project_id = $1 and x.user_id = any($2::uuid[]) and x.group_id = any($3::uuid[])",
    members: "select x.user_id, x.created_at from user_group x where x.project_id = $1 and x.group_id = o.id",
    wanted: "select r.id, r.key from auth_group r where r.project_id = $1 and r.key = any($3::text[]) order by r.id for key share",
    gone: "delete from user_group x where x.project_id = $1 and x.user_id = $2 and x.group_id not in (select id from wanted)",
    unknownKeys: groupUnknownKeys,
  },
} as const;
const RESOLVE = `select array(select r.key from auth_role r where r.project_id = $1 and r.key = any($2::text[]) order by r.key) as roles,
  array(select g.key from auth_group g where g.project_id = $1 and g.key = any($3::text[]) order by g.key) as groups,
  array(select r.key from auth_role r where r.project_id = $1 and (r.key = any($2::text[]) or exists (
    select 1 from group_role l join auth_group g on g.project_id = l.project_id and g.id = l.group_id
    where l.project_id = $1 and l.role_id = r.id and g.key = any($3::text[]))) order by r.created_at, r.key) as effective`;
type Link = (typeof LINKS)[keyof typeof LINKS];

/** Who has which role and is in which group: the rows of `user_role` and `user_group`. Caches that hold roles of users are the caller's to tell. */
@Injectable()
export class MembershipStore {
  /** Pairs that are there stay as they are. At most two statements. */
  async add(ctx: ProjectContext, tx: Tx, { userIds, roleIds = [], groupIds = [] }: MembershipPairs): Promise<void> {
    const pairs = "select $1, u, o, $4 from unnest($2::uuid[]) u cross join unnest($3::uuid[]) o on conflict do nothing";
    if (roleIds.length > 0) await tx.query(`${LINKS.role.insert} ${pairs}`, [ctx.project.id, userIds, roleIds, ctx.now()]);
    if (groupIds.length > 0) await tx.query(`${LINKS.group.insert} ${pairs}`, [ctx.project.id, userIds, groupIds, ctx.now()]);
  }

  /** Pairs that are absent are no mistake. At most two statements. */
  async remove(ctx: ProjectContext, tx: Tx, { userIds, roleIds = [], groupIds = [] }: MembershipPairs): Promise<void> {
    if (roleIds.length > 0) await tx.query(LINKS.role.remove, [ctx.project.id, userIds, roleIds]);
    if (groupIds.length > 0) await tx.query(LINKS.group.remove, [ctx.project.id, userIds, groupIds]);
  }

  /** Makes roles and groups of a user exactly those given: what he has stays, what is missing is added. Throws RoleUnknownKeys, GroupUnknownKeys. */
  async resetOfUser(ctx: ProjectContext, tx: Tx, { userId, roles, groups }: MembershipReset): Promise<void> {
    if (roles) await this.reset(ctx, tx, { link: LINKS.role, userId, keys: roles });
    if (groups) await this.reset(ctx, tx, { link: LINKS.group, userId, keys: groups });
  }

  /** What somebody with these roles and groups would have, each key once; nothing is read when there is none. Throws RoleUnknownKeys, GroupUnknownKeys. */
  async resolve(ctx: ProjectContext, tx: Tx, { roles = [], groups = [] }: Pick<MembershipReset, "roles" | "groups">): Promise<ResolvedMemberships> {
    if (roles.length === 0 && groups.length === 0) return { roles: [], groups: [], effectiveRoles: [] };
    const row = (await tx.queryOne(RESOLVE, [ctx.project.id, roles.filter(isKey), groups.filter(isKey)])) as Record<"roles" | "groups" | "effective", string[]>;
    const missing = (keys: readonly string[], known: readonly string[]): string[] => [...new Set(keys)].filter((key) => !known.includes(key));
    const [unknownRoles, unknownGroups] = [missing(roles, row.roles), missing(groups, row.groups)];
    if (unknownRoles.length > 0) throw roleUnknownKeys({ keys: unknownRoles });
    if (unknownGroups.length > 0) throw groupUnknownKeys({ keys: unknownGroups });
    return { roles: row.roles, groups: row.groups, effectiveRoles: row.effective };
  }

  /** Throws UserUnknownKeys, with the ids that are unknown, unless the project has all the users; they stay until the transaction ends. */
  async requireUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<void> {
    const sql = "select id from auth_user where project_id = $1 and id = any($2::uuid[]) order by id for key share";
    const wanted = [...new Set(userIds)];
    const askable = wanted.filter(isUuid);
    const known = new Set(askable.length > 0 ? (await tx.query(sql, [ctx.project.id, askable])).map((row) => row.id as string) : []);
    const ids = wanted.filter((id) => !known.has(id));
    if (ids.length > 0) throw userUnknownKeys({ ids });
  }

  /** Ids of all users that have a role of their own. */
  async userIdsOfRole(ctx: ProjectContext, tx: Tx, roleId: string): Promise<string[]> {
    const sql = "select user_id from user_role where project_id = $1 and role_id = $2 order by created_at, user_id";
    return (await tx.query(sql, [ctx.project.id, roleId])).map((row) => row.user_id as string);
  }

  /** Ids of all users in a group. */
  async userIdsOfGroup(ctx: ProjectContext, tx: Tx, groupId: string): Promise<string[]> {
    const sql = "select user_id from user_group where project_id = $1 and group_id = $2 order by created_at, user_id";
    return (await tx.query(sql, [ctx.project.id, groupId])).map((row) => row.user_id as string);
  }

  /** The same page of the users of each role, in the order they got it. */
  async pageOfRoles(ctx: ProjectContext, tx: Tx, page: MembersPage): Promise<Member[]> {
    return this.members(ctx, tx, { link: LINKS.role, page });
  }

  /** The same page of the users of each group, in the order they joined. */
  async pageOfGroups(ctx: ProjectContext, tx: Tx, page: MembersPage): Promise<Member[]> {
    return this.members(ctx, tx, { link: LINKS.group, page });
  }

  private async members(ctx: ProjectContext, tx: Tx, { link, page: { ids, offset, limit } }: { link: Link; page: MembersPage }): Promise<Member[]> {
    if (ids.length === 0 || limit <= 0) return [];
    const sql = `select o.id as owner_id, m.user_id from unnest($2::uuid[]) o (id)
      cross join lateral (${link.members} order by x.created_at, x.user_id limit $3 offset $4) m order by m.created_at, m.user_id`;
    return (await tx.query(sql, [ctx.project.id, ids, limit, offset])).map((row) => ({ ownerId: row.owner_id as string, userId: row.user_id as string }));
  }

  /** Nothing is written when a key is unknown. */
  private async reset(ctx: ProjectContext, tx: Tx, { link, userId, keys }: { link: Link; userId: string; keys: readonly string[] }): Promise<void> {
    const wanted = [...new Set(keys)];
    const complete = "(select count(*) from wanted) = $4";
    const sql = `with wanted as (${link.wanted}), gone as (${link.gone} and ${complete}),
        added as (${link.insert} select $1, $2, w.id, $5 from wanted w where ${complete} on conflict do nothing)
      select key from wanted`;
    const known = new Set((await tx.query(sql, [ctx.project.id, userId, wanted.filter(isKey), wanted.length, ctx.now()])).map((row) => row.key as string));
    const unknown = wanted.filter((key) => !known.has(key));
    if (unknown.length > 0) throw link.unknownKeys({ keys: unknown });
  }
}
