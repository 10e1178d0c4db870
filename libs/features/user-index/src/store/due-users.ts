import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** Users of all projects who are due for indexing (spec: user model §1, `require_reindex_after`). */
@Injectable()
export class DueUsers {
  /** Those marked first and before a time, except of some projects. */
  async list(tx: Tx, { before, except, limit }: { before: Date; except: readonly string[]; limit: number }): Promise<{ projectId: string; userId: string }[]> {
    return tx.query(
      `select project_id as "projectId", id as "userId" from auth_user
       where require_reindex_after is not null and (last_indexed_at is null or last_indexed_at < require_reindex_after) and require_reindex_after < $1 and project_id <> all($2)
       order by require_reindex_after limit $3`,
      [before, except, limit],
    );
  }
}
