import { Injectable } from "@nestjs/common";
import { asUserId, type ProjectContext, type UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** Proof that a user controls a value: `name` is `email` or `phone_number`. */
export interface VerifiedClaim {
  id: string;
  userId: UserId;
  name: "email" | "phone_number";
  value: string;
  createdAt: Date;
}

/** The rows of `verified_claim`. */
@Injectable()
export class VerifiedClaimStore {
  /** Writes claims in one statement; a claim that is already there stays. */
  async insert(ctx: ProjectContext, tx: Tx, claims: readonly VerifiedClaim[]): Promise<void> {
    if (claims.length === 0) return;
    const rows = claims.map((x) => ({ id: x.id, user_id: x.userId, name: x.name, value: x.value, created_at: x.createdAt }));
    await tx.query(
      `insert into verified_claim (project_id, id, user_id, name, value, created_at)
       select $1, r.id, r.user_id, r.name, r.value, r.created_at from jsonb_to_recordset($2::jsonb) r (id uuid, user_id uuid, name text, value text, created_at timestamptz)
       on conflict (project_id, user_id, name, value) do nothing`,
      [ctx.project.id, JSON.stringify(rows)],
    );
  }

  /** Forgets claims of a user, in one statement. */
  async delete(ctx: ProjectContext, tx: Tx, { userId, claims }: { userId: UserId; claims: readonly { name: string; value: string }[] }): Promise<void> {
    if (claims.length === 0) return;
    await tx.query(
      `delete from verified_claim v using jsonb_to_recordset($3::jsonb) r (name text, value text)
       where v.project_id = $1 and v.user_id = $2 and v.name = r.name and v.value = r.value`,
      [ctx.project.id, userId, JSON.stringify(claims.map(({ name, value }) => ({ name, value })))],
    );
  }

  async listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<VerifiedClaim[]> {
    if (userIds.length === 0) return [];
    const rows = await tx.query("select id, user_id, name, value, created_at from verified_claim where project_id = $1 and user_id = any($2::uuid[]) order by created_at, id", [
      ctx.project.id,
      userIds,
    ]);
    return rows.map((row) => ({
      id: row.id as string,
      userId: asUserId(row.user_id as string),
      name: row.name as VerifiedClaim["name"],
      value: row.value as string,
      createdAt: row.created_at as Date,
    }));
  }
}
