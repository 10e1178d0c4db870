import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import type { Tx } from "@gatehouse/platform-postgres";

/** A recovery code as kept. */
export interface RecoveryCode {
  id: string;
  userId: string;
  /** Plain form, where the project lists codes. */
  code: string | null;
  createdAt: Date;
  consumedAt: Date | null;
}

/** The rows of `recovery_code`; codes are kept as hashes (spec: authentication flow §10.4). */
@Injectable()
export class RecoveryCodeStore {
  /** Puts a fresh set in place of the user's codes. Plain forms are kept only with `listable`. */
  async replace(ctx: ProjectContext, tx: Tx, input: { userId: UserId; codes: readonly string[]; listable: boolean }): Promise<void> {
    await this.deleteAll(ctx, tx, input.userId);
    const rows = input.codes.map((code) => ({ id: ctx.newId(), code_hash: this.hash(ctx, input.userId, code), code: input.listable ? code : null }));
    await tx.query(
      `insert into recovery_code (project_id, id, user_id, code_hash, code, created_at)
       select $1, r.id, $2, r.code_hash, r.code, $4 from jsonb_to_recordset($3::jsonb) r (id uuid, code_hash text, code text)`,
      [ctx.project.id, input.userId, JSON.stringify(rows), ctx.now()],
    );
  }

  /** The code of a normalised input, used or not. */
  async find(ctx: ProjectContext, tx: Tx, input: { userId: string; code: string }): Promise<RecoveryCode | undefined> {
    const row = await tx.queryOne("select id, user_id, code, created_at, consumed_at from recovery_code where project_id = $1 and user_id = $2 and code_hash = $3", [
      ctx.project.id,
      input.userId,
      this.hash(ctx, input.userId, input.code),
    ]);
    return (
      row && { id: row.id as string, userId: row.user_id as string, code: row.code as string | null, createdAt: row.created_at as Date, consumedAt: row.consumed_at as Date | null }
    );
  }

  /** Spends codes, each named once; false when somebody was faster with one of them. */
  async consume(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<boolean> {
    const sql = "update recovery_code set consumed_at = $3 where project_id = $1 and id = any($2::uuid[]) and consumed_at is null returning id";
    return (await tx.query(sql, [ctx.project.id, ids, ctx.now()])).length === ids.length;
  }

  /** A user's codes, oldest first. */
  async list(ctx: ProjectContext, tx: Tx, userId: string): Promise<RecoveryCode[]> {
    const rows = await tx.query("select id, user_id, code, created_at, consumed_at from recovery_code where project_id = $1 and user_id = $2 order by created_at, id", [
      ctx.project.id,
      userId,
    ]);
    return rows.map((row) => ({ id: row.id as string, userId, code: row.code as string | null, createdAt: row.created_at as Date, consumedAt: row.consumed_at as Date | null }));
  }

  async deleteAll(ctx: ProjectContext, tx: Tx, userId: string): Promise<void> {
    await tx.query("delete from recovery_code where project_id = $1 and user_id = $2", [ctx.project.id, userId]);
  }

  private hash(ctx: ProjectContext, userId: string, code: string): string {
    return sha256Hex(`${ctx.project.id}\n${userId}\n${code}`);
  }
}
