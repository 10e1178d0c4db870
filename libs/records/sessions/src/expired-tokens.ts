import { Injectable } from "@nestjs/common";
import type { Tx } from "@gatehouse/platform-postgres";

/** Rows that mean nothing any more, of all projects. */
@Injectable()
export class ExpiredTokens {
  /** Deletes up to `limit` access tokens that expired before a time; returns how many. Several workers may do so at once. */
  async deleteAccessGrants(tx: Tx, { before, limit }: { before: Date; limit: number }): Promise<number> {
    const sql = "delete from access_grant where ctid in (select ctid from access_grant where expire_at < $1 order by expire_at limit $2 for update skip locked) returning 1";
    return (await tx.query(sql, [before, limit])).length;
  }
}
