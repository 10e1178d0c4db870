import { Injectable } from "@nestjs/common";
import { forbidden } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, type ListedAuthorization } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore } from "@gatehouse/record-sessions";

/** Takes an app's authorization back: its refresh tokens, its access tokens, and the grants that have no other token (spec: sessions and tokens §8, §13). */
@Injectable()
export class RemoveAuthorization {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
  ) {}

  /** By the user. Throws `Forbidden` unless the authorization is his own; whether another's exists is not told. */
  async run(ctx: ProjectContext, { userId, authorizationId }: { userId: UserId; authorizationId: string }): Promise<void> {
    await this.db.transaction(async (tx) => {
      const found = await this.find(ctx, tx, authorizationId);
      if (found?.userId !== userId) throw forbidden("cannot remove authorization");
      await this.remove(ctx, tx, authorizationId);
    });
  }

  /** By an administrator, whosever it is. What was removed; undefined when there is none. */
  async anyone(ctx: ProjectContext, tx: Tx, authorizationId: string): Promise<ListedAuthorization | undefined> {
    const found = await this.find(ctx, tx, authorizationId);
    if (found) await this.remove(ctx, tx, found.id);
    return found;
  }

  private async find(ctx: ProjectContext, tx: Tx, id: string): Promise<ListedAuthorization | undefined> {
    return isUuid(id) ? this.authorizations.byId(ctx, tx, id) : undefined;
  }

  private async remove(ctx: ProjectContext, tx: Tx, id: string): Promise<void> {
    await this.grants.deleteTokensOfAuthorization(ctx, tx, id);
    await this.accessGrants.revokeOfAuthorization(ctx, tx, id);
    await this.authorizations.delete(ctx, tx, id);
  }
}
