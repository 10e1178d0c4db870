import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { statusCache, type User } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";

const STATUS =
  "is_indefinitely_disabled, disable_reason, temporarily_disabled_from, temporarily_disabled_until, account_valid_from, account_valid_until, is_deactivated, is_disabled, account_status_stale_from";
const columnsOf = (alias: string) => STATUS.split(", ").map((column) => `${alias}.${column}`);
const ROW = `r (id uuid, created_at timestamptz, updated_at timestamptz, standard_attributes jsonb, custom_attributes jsonb, is_indefinitely_disabled boolean, disable_reason text,
  temporarily_disabled_from timestamptz, temporarily_disabled_until timestamptz, account_valid_from timestamptz, account_valid_until timestamptz, is_deactivated boolean,
  is_disabled boolean, account_status_stale_from timestamptz)`;

const toRow = ({ status, ...user }: User, now: Date) => ({
  id: user.id,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
  standard_attributes: user.standardAttributes,
  custom_attributes: user.customAttributes,
  is_indefinitely_disabled: status.isIndefinitelyDisabled,
  disable_reason: status.disableReason,
  temporarily_disabled_from: status.temporarilyDisabledFrom,
  temporarily_disabled_until: status.temporarilyDisabledUntil,
  account_valid_from: status.accountValidFrom,
  account_valid_until: status.accountValidUntil,
  is_deactivated: status.isDeactivated,
  is_disabled: statusCache(status, now).isDisabled,
  account_status_stale_from: statusCache(status, now).staleFrom,
});

/** Rows of `auth_user`, `user_role` and `user_group`, many at once. */
@Injectable()
export class ImportedUserStore {
  /** Writes new users. One statement. */
  async insert(ctx: ProjectContext, tx: Tx, users: readonly User[]): Promise<void> {
    if (users.length === 0) return;
    await tx.query(
      `insert into auth_user (project_id, id, created_at, updated_at, standard_attributes, custom_attributes, ${STATUS})
       select $1, r.id, r.created_at, r.updated_at, r.standard_attributes, r.custom_attributes, ${columnsOf("r").join(", ")} from jsonb_to_recordset($2::jsonb) ${ROW}`,
      [ctx.project.id, JSON.stringify(users.map((user) => toRow(user, ctx.now())))],
    );
  }

  /** Writes attributes and status of users, who are due for indexing then: no event tells of them. One statement. */
  async update(ctx: ProjectContext, tx: Tx, users: readonly User[]): Promise<void> {
    if (users.length === 0) return;
    const status = STATUS.split(", ").map((column) => `${column} = r.${column}`);
    await tx.query(
      `update auth_user u set updated_at = r.updated_at, standard_attributes = r.standard_attributes, custom_attributes = r.custom_attributes, require_reindex_after = clock_timestamp(), ${status.join(", ")}
       from jsonb_to_recordset($2::jsonb) ${ROW} where u.project_id = $1 and u.id = r.id`,
      [ctx.project.id, JSON.stringify(users.map((user) => toRow(user, ctx.now())))],
    );
  }

  /** Gives new users their roles and groups, by key. At most two statements. */
  async addMemberships(ctx: ProjectContext, tx: Tx, { roles, groups }: { roles: readonly Membership[]; groups: readonly Membership[] }): Promise<void> {
    const pairs = "select $1, r.user_id, k.id, $3 from jsonb_to_recordset($2::jsonb) r (user_id uuid, key text)";
    if (roles.length > 0)
      await tx.query(`insert into user_role (project_id, user_id, role_id, created_at) ${pairs} join auth_role k on k.project_id = $1 and k.key = r.key on conflict do nothing`, [
        ctx.project.id,
        JSON.stringify(roles),
        ctx.now(),
      ]);
    if (groups.length > 0)
      await tx.query(
        `insert into user_group (project_id, user_id, group_id, created_at) ${pairs} join auth_group k on k.project_id = $1 and k.key = r.key on conflict do nothing`,
        [ctx.project.id, JSON.stringify(groups), ctx.now()],
      );
  }
}

/** A user and the key of a role or group. */
export interface Membership {
  user_id: string;
  key: string;
}
