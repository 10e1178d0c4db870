import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import type { Tx } from "@gatehouse/platform-postgres";
import { UserStore } from "@gatehouse/record-users";

/** Users by id. */
@Injectable()
export class GetUsers {
  constructor(private readonly users: UserStore) {}

  /** Those that exist in the project, in no order; ids that are no UUIDs are nobody's. One statement. */
  async run(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<User[]> {
    return this.users.byIds(ctx, tx, ids.filter(isUuid));
  }
}
