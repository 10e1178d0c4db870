import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { thirdPartyClients } from "@gatehouse/domain-session";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, type ListedAuthorization } from "@gatehouse/record-grants";

/** An app of somebody else that a user lets in. */
export interface AuthorizedApp extends ListedAuthorization {
  /** What the app calls itself. */
  clientName: string;
}

/** The third-party apps that users have authorized, oldest first (spec: sessions and tokens §13, §14). */
@Injectable()
export class ListAuthorizations {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
  ) {}

  /** Of one user, with the apps' names. */
  async run(ctx: ProjectContext, userId: UserId): Promise<AuthorizedApp[]> {
    const found = await this.db.read((tx) => this.ofUsers(ctx, tx, [userId]));
    const named = new Map((ctx.project.config.oauth.clients ?? []).map(({ client_id, client_name, name }) => [client_id, client_name ?? name]));
    return found.map((one) => ({ ...one, clientName: named.get(one.clientId) ?? one.clientId }));
  }

  /** Of several users. */
  ofUsers(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<ListedAuthorization[]> {
    return this.authorizations.ofUsers(ctx, tx, { userIds, clientIds: thirdPartyClients(ctx.project.config) });
  }
}
