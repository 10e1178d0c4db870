import { Database } from "@gatehouse/platform-postgres";
import { UserCounts } from "@gatehouse/record-users";
import { Injectable } from "@nestjs/common";

/** Adds up what sign-ups and deletions appended to the numbers of users, so that reading them stays cheap. */
@Injectable()
export class MergeUserCounts {
  constructor(
    private readonly db: Database,
    private readonly counts: UserCounts,
  ) {}

  /** How many rows were added up. */
  run(): Promise<number> {
    return this.db.read((tx) => this.counts.merge(tx));
  }
}
