import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { type AccountStatus, statusCache } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";

/** The account status columns of `auth_user`. */
@Injectable()
export class AccountStatusStore {
  /** Writes all of them, and the copy that lists see. */
  async write(ctx: ProjectContext, tx: Tx, { id, status, at }: { id: UserId; status: AccountStatus; at: Date }): Promise<void> {
    const { isDisabled, staleFrom } = statusCache(status, at);
    await tx.query(
      `update auth_user set is_indefinitely_disabled = $4, is_deactivated = $5, disable_reason = $6, temporarily_disabled_from = $7, temporarily_disabled_until = $8,
         account_valid_from = $9, account_valid_until = $10, delete_at = $11, delete_reason = $12, anonymize_at = $13, is_anonymized = $14,
         anonymized_at = case when $14 then coalesce(anonymized_at, $3) end, is_disabled = $15, account_status_stale_from = $16, updated_at = $3
       where project_id = $1 and id = $2`,
      [ctx.project.id, id, at, ...columns(status), isDisabled, staleFrom],
    );
  }

  /** Leaves nothing of what a user said of himself, nor of our notes on him. */
  async clearAttributes(ctx: ProjectContext, tx: Tx, { id, at }: { id: UserId; at: Date }): Promise<void> {
    const sql = "update auth_user set standard_attributes = '{}', custom_attributes = '{}', metadata = '{}', updated_at = $3 where project_id = $1 and id = $2";
    await tx.query(sql, [ctx.project.id, id, at]);
  }

  /** When the user must have enrolled a second factor; null: no respite. */
  async setGracePeriod(ctx: ProjectContext, tx: Tx, { id, endAt, at }: { id: UserId; endAt: Date | null; at: Date }): Promise<void> {
    await tx.query("update auth_user set mfa_grace_period_end_at = $3, updated_at = $4 where project_id = $1 and id = $2", [ctx.project.id, id, endAt, at]);
  }
}

const columns = (status: AccountStatus): unknown[] => [
  status.isIndefinitelyDisabled,
  status.isDeactivated,
  status.disableReason,
  status.temporarilyDisabledFrom,
  status.temporarilyDisabledUntil,
  status.accountValidFrom,
  status.accountValidUntil,
  status.deleteAt,
  status.deleteReason,
  status.anonymizeAt,
  status.isAnonymized,
];
