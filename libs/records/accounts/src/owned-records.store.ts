import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** What a user owns beside his sessions and grants: what goes with his row when that is deleted, and at once when he is anonymized (spec: user model §2.6). */
const OWNED = ["identity", "authenticator", "verified_claim", "recovery_code", "device_token", "password_history", "client_authorization", "user_role", "user_group"] as const;
const SQL = `with ${OWNED.slice(1)
  .map((table) => `${table}_gone as (delete from ${table} where project_id = $1 and user_id = $2)`)
  .join(", ")} delete from ${OWNED[0]} where project_id = $1 and user_id = $2`;

/** The records of one user, all at once. */
@Injectable()
export class OwnedRecordsStore {
  /** Deletes everything but the user's row, his sessions and his grants. One statement. */
  async deleteAll(ctx: ProjectContext, tx: Tx, userId: UserId): Promise<void> {
    await tx.query(SQL, [ctx.project.id, userId]);
  }
}
