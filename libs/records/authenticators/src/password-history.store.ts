import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** Which former passwords count: the newest `size`, and those of the last `days`. */
export interface HistoryRule {
  size: number;
  days: number;
}

/** The rows of `password_history`: hashes of primary passwords, newest first (spec: authentication flow §11.1). */
@Injectable()
export class PasswordHistoryStore {
  /** Notes a hash, and forgets those that no rule needs any more. */
  async add(ctx: ProjectContext, tx: Tx, input: { userId: string; passwordHash: string; rule: HistoryRule }): Promise<void> {
    const { rule } = input;
    if (rule.size === 0 && rule.days === 0) return;
    await tx.query("insert into password_history (project_id, id, user_id, password_hash, created_at) values ($1, $2, $3, $4, $5)", [
      ctx.project.id,
      ctx.newId(),
      input.userId,
      input.passwordHash,
      ctx.now(),
    ]);
    await tx.query(
      `delete from password_history where project_id = $1 and user_id = $2 and created_at < $4
         and id not in (select id from password_history where project_id = $1 and user_id = $2 order by created_at desc limit $3)`,
      [ctx.project.id, input.userId, rule.size, since(ctx, rule)],
    );
  }

  /** Hashes that a new password must not match. */
  async list(ctx: ProjectContext, tx: Tx, input: { userId: string; rule: HistoryRule }): Promise<string[]> {
    const rows = await tx.query(
      `select password_hash from (select password_hash, created_at, row_number() over (order by created_at desc) as n from password_history where project_id = $1 and user_id = $2) h
       where n <= $3 or created_at >= $4 order by n`,
      [ctx.project.id, input.userId, input.rule.size, since(ctx, input.rule)],
    );
    return rows.map((row) => row.password_hash as string);
  }
}

const since = (ctx: ProjectContext, { days }: HistoryRule): Date => new Date(ctx.now().getTime() - days * 86_400_000);
