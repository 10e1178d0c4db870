import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { CachedSessions } from "@gatehouse/record-accounts";
import { type KeyedChange, type Role, RoleStore } from "@gatehouse/record-roles-groups";

/** Changes a role (spec: admin API §8.3). */
@Injectable()
export class UpdateRole {
  constructor(
    private readonly roles: RoleStore,
    private readonly sessions: CachedSessions,
  ) {}

  /** The role before and after. Throws ValidationFailed, RoleNotFound, RoleDuplicateKey. */
  async run(ctx: ProjectContext, tx: Tx, change: KeyedChange): Promise<{ before: Role; after: Role }> {
    const changed = await this.roles.update(ctx, tx, change);
    if (changed.before.key !== changed.after.key) await this.sessions.forgetHolders(ctx, tx, { roleIds: [changed.after.id] });
    return changed;
  }
}
