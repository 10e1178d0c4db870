import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { thirdPartyClients } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { ClientAuthorizationStore, type ListedAuthorization } from "@gatehouse/record-grants";

/** An app of somebody else that a user lets in. */
export interface AuthorizedApp extends ListedAuthorization {
  /** What the app calls itself. */
  clientName: string;
}

/** The third-party apps that a user has authorized, oldest first (spec: sessions and tokens §13, §14). */
@Injectable()
export class ListAuthorizations {
  constructor(
    private readonly db: Database,
    private readonly authorizations: ClientAuthorizationStore,
  ) {}

  async run(ctx: ProjectContext, userId: UserId): Promise<AuthorizedApp[]> {
    const { config } = ctx.project;
    const found = await this.db.read((tx) => this.authorizations.ofUser(ctx, tx, { userId, clientIds: thirdPartyClients(config) }));
    const named = new Map((config.oauth.clients ?? []).map(({ client_id, client_name, name }) => [client_id, client_name ?? name]));
    return found.map((one) => ({ ...one, clientName: named.get(one.clientId) ?? one.clientId }));
  }
}
