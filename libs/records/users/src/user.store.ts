import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { normalStatus, toUser, type User } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { USER_COLUMNS } from "./user-row.js";

/** Claims that name a user, and the types of identities that have them. */
const NAMING_CLAIMS = { email: "email", phone_number: "phone_number", preferred_username: "preferred_username" } as const;
/** A claim that names a user. */
export type NamingClaim = keyof typeof NAMING_CLAIMS;

/** The rows of `auth_user`. */
@Injectable()
export class UserStore {
  /** Writes a new user with normal status. */
  async insert(
    ctx: ProjectContext,
    tx: Tx,
    user: { id: UserId; createdAt: Date; standardAttributes: Record<string, unknown>; customAttributes?: Record<string, unknown>; loginAt?: Date },
  ): Promise<User> {
    await tx.query("insert into auth_user (project_id, id, created_at, updated_at, login_at, standard_attributes, custom_attributes) values ($1, $2, $3, $3, $4, $5, $6)", [
      ctx.project.id,
      user.id,
      user.createdAt,
      user.loginAt ?? null,
      user.standardAttributes,
      user.customAttributes ?? {},
    ]);
    return {
      id: user.id,
      createdAt: user.createdAt,
      updatedAt: user.createdAt,
      loginAt: user.loginAt ?? null,
      lastLoginAt: null,
      standardAttributes: user.standardAttributes,
      customAttributes: user.customAttributes ?? {},
      status: { ...normalStatus },
      mfaGracePeriodEndAt: null,
      metadata: {},
    };
  }

  /** Holds a user's row until the transaction ends, so that changes of one user come one after the other; sign-ins go on meanwhile. False when there is no such user. */
  async lock(ctx: ProjectContext, tx: Tx, id: UserId): Promise<boolean> {
    return (await tx.queryOne("select 1 from auth_user where project_id = $1 and id = $2 for no key update", [ctx.project.id, id])) !== undefined;
  }

  async byId(ctx: ProjectContext, tx: Tx, id: UserId): Promise<User | undefined> {
    return (await this.byIds(ctx, tx, [id]))[0];
  }

  /** Users of the given ids; unknown ids are left out, the order is not kept. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<User[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${USER_COLUMNS} from auth_user u where u.project_id = $1 and u.id = any($2::uuid[])`, [ctx.project.id, ids])).map(toUser);
  }

  /** The owner of an identity by its unique key. One statement, by an index; none for a key that no text column could hold. */
  async byIdentity(ctx: ProjectContext, tx: Tx, { type, uniqueKey }: { type: string; uniqueKey: string }): Promise<User | undefined> {
    if (uniqueKey.includes("\0")) return undefined;
    const owner = "select i.user_id from identity i where i.project_id = $1 and i.type = $2 and i.unique_key = $3";
    const row = await tx.queryOne(`select ${USER_COLUMNS} from auth_user u where u.project_id = $1 and u.id = any(array(${owner}))`, [ctx.project.id, type, uniqueKey]);
    return row && toUser(row);
  }

  /** The owners of login ids, social accounts and directory entries that carry a naming claim; each once. One statement, by an index. */
  async byClaim(ctx: ProjectContext, tx: Tx, { name, value }: { name: NamingClaim; value: string }): Promise<User[]> {
    const owners = `select i.user_id from identity i where i.project_id = $1 and i.claims ->> '${NAMING_CLAIMS[name]}' = $2 and i.type in ('login_id', 'oauth', 'ldap')`;
    return (
      await tx.query(`select ${USER_COLUMNS} from auth_user u where u.project_id = $1 and u.id = any(array(${owners})) order by u.created_at, u.id`, [ctx.project.id, value])
    ).map(toUser);
  }

  /** Notes a login now: the former latest login becomes the last one. */
  async touchLogin(ctx: ProjectContext, tx: Tx, input: { id: UserId; at: Date }): Promise<User | undefined> {
    const row = await tx.queryOne(`update auth_user u set last_login_at = login_at, login_at = $3 where project_id = $1 and id = $2 returning ${USER_COLUMNS}`, [
      ctx.project.id,
      input.id,
      input.at,
    ]);
    return row && toUser(row);
  }

  async updateAttributes(ctx: ProjectContext, tx: Tx, input: { id: UserId; standardAttributes: Record<string, unknown>; at: Date }): Promise<void> {
    await tx.query("update auth_user set standard_attributes = $3, updated_at = $4 where project_id = $1 and id = $2", [
      ctx.project.id,
      input.id,
      input.standardAttributes,
      input.at,
    ]);
  }

  /** Replaces the custom attributes; keys are attribute ids. */
  async updateCustomAttributes(ctx: ProjectContext, tx: Tx, input: { id: UserId; customAttributes: Record<string, unknown>; at: Date }): Promise<void> {
    await tx.query("update auth_user set custom_attributes = $3, updated_at = $4 where project_id = $1 and id = $2", [ctx.project.id, input.id, input.customAttributes, input.at]);
  }

  /** Ends the user's grace period for enrolling a second factor. */
  async clearGracePeriod(ctx: ProjectContext, tx: Tx, id: UserId): Promise<void> {
    await tx.query("update auth_user set mfa_grace_period_end_at = null where project_id = $1 and id = $2 and mfa_grace_period_end_at is not null", [ctx.project.id, id]);
  }

  /** Merges small facts of ours into a user's metadata. */
  async updateMetadata(ctx: ProjectContext, tx: Tx, input: { id: UserId; metadata: Record<string, unknown> }): Promise<void> {
    await tx.query("update auth_user set metadata = metadata || $3 where project_id = $1 and id = $2", [ctx.project.id, input.id, input.metadata]);
  }

  /** Deletes the row and, by foreign keys, everything the user owns. False when there was none. */
  async delete(ctx: ProjectContext, tx: Tx, id: UserId): Promise<boolean> {
    return (await tx.queryOne("delete from auth_user where project_id = $1 and id = $2 returning id", [ctx.project.id, id])) !== undefined;
  }
}
