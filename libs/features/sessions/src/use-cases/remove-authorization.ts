import { Injectable } from "@nestjs/common";
import { forbidden } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
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

  /** Throws `Forbidden` unless the authorization is the user's own; whether another's exists is not told. */
  async run(ctx: ProjectContext, { userId, authorizationId }: { userId: UserId; authorizationId: string }): Promise<void> {
    await this.db.transaction(async (tx) => {
      const found = isUuid(authorizationId) ? await this.authorizations.byId(ctx, tx, authorizationId) : undefined;
      if (found?.userId !== userId) throw forbidden("cannot remove authorization");
      await this.grants.deleteTokensOfAuthorization(ctx, tx, authorizationId);
      await this.accessGrants.revokeOfAuthorization(ctx, tx, authorizationId);
      await this.authorizations.delete(ctx, tx, authorizationId);
    });
  }
}
