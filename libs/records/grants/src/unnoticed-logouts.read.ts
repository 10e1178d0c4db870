import { Injectable } from "@nestjs/common";
import { Database } from "@gatehouse/platform-postgres";
import { COLUMNS, GONE, type LogoutSubscription, toSubscription } from "./logout-subscription.store.js";

const DAY_MS = 86_400_000;

/** Ended sessions of all projects that no event told of, or that could not be told. */
@Injectable()
export class UnnoticedLogouts {
  constructor(private readonly db: Database) {}

  /** Marks what nobody has noticed, forgets what nobody could be told for a day, and returns what is newly marked or was marked before `overdue`. A batch at a time. */
  async sweep({ now, overdue, limit }: { now: Date; overdue: Date; limit: number }): Promise<LogoutSubscription[]> {
    await this.db.read((tx) => tx.query("delete from logout_subscription where ended_at < $1", [new Date(now.getTime() - DAY_MS)]));
    const some = `select ctid from logout_subscription l where l.ended_at is null and ${GONE} limit $2`;
    const marked = await this.db.read((tx) => tx.query(`update logout_subscription l set ended_at = $1 where l.ctid = any(array(${some})) returning ${COLUMNS}`, [now, limit]));
    const late = await this.db.read((tx) => tx.query(`select ${COLUMNS} from logout_subscription l where l.ended_at < $1 order by l.ended_at limit $2`, [overdue, limit]));
    return [...marked, ...late].map(toSubscription);
  }
}
