import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";

const DAY_MS = 86_400_000;

/** The rows of `device_token`: browsers that need no second factor (spec: authentication flow §10.3). */
@Injectable()
export class DeviceTokenStore {
  /** A new token of 64 characters. Only its hash is kept. */
  async create(ctx: ProjectContext, tx: Tx, input: { userId: string; days: number }): Promise<string> {
    const token = randomString(64, CROCKFORD);
    const now = ctx.now();
    await tx.query("insert into device_token (project_id, id, user_id, token_hash, created_at, expire_at) values ($1, $2, $3, $4, $5, $6)", [
      ctx.project.id,
      ctx.newId(),
      input.userId,
      sha256Hex(token),
      now,
      new Date(now.getTime() + input.days * DAY_MS),
    ]);
    return token;
  }

  /** Whether a token is the user's and still good. */
  async isValid(ctx: ProjectContext, tx: Tx, input: { userId: string; token: string }): Promise<boolean> {
    const sql = "select 1 from device_token where project_id = $1 and user_id = $2 and token_hash = $3 and expire_at > $4";
    return (await tx.queryOne(sql, [ctx.project.id, input.userId, sha256Hex(input.token), ctx.now()])) !== undefined;
  }

  async deleteAll(ctx: ProjectContext, tx: Tx, userId: string): Promise<void> {
    await tx.query("delete from device_token where project_id = $1 and user_id = $2", [ctx.project.id, userId]);
  }
}
