import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { forbidden, invalidInput, userNotFound } from "@gatehouse/domain-errors";
import { clientTraits, findClient, FULL_ACCESS } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore } from "@gatehouse/record-sessions";
import { readDeviceInfo } from "../rules/device-info.js";
import { claimSource, prepareGrant } from "../rules/prepare-grant.js";
import { TokenIssuer } from "../rules/token-issuer.js";

const SCOPES = ["openid", "offline_access", FULL_ACCESS];

/** The tokens of a session that an administrator made. */
export interface CreatedSession {
  refreshToken: string;
  accessToken: string;
  tokenType: "Bearer";
  /** Seconds. */
  expiresIn: number;
}

/** `createSession` of the Admin API: tokens of a first-party client for a user, without a login (spec: sessions and tokens §14). */
@Injectable()
export class CreateSession {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly issuer: TokenIssuer,
  ) {}

  /** Throws `Forbidden` where the project may not or the client is a third party's, `Invalid` for an unknown client or bad device info, `UserNotFound`. */
  async run(ctx: ProjectContext, input: { userId: string; clientId: string; deviceInfo?: string }): Promise<CreatedSession> {
    const client = this.client(ctx, input.clientId);
    const deviceInfo = deviceInfoOf(input.deviceInfo);
    const [facts] = isUuid(input.userId) ? await this.db.read((tx) => this.accounts.facts(ctx, tx, [input.userId])) : [];
    if (!facts) throw userNotFound({});
    const { id: userId } = facts.user;
    return this.db.transaction(async (tx) => {
      const { id: authorizationId } = await this.authorizations.grant(ctx, tx, { userId, clientId: client.client_id, scopes: SCOPES });
      const info = { userId, authenticatedAt: ctx.now().getTime(), amr: [], session: { type: "none" as const } };
      const made = prepareGrant(ctx, client, { info, authorizationId, scopes: SCOPES, ssoEnabled: false, ...(deviceInfo ? { deviceInfo } : {}) });
      const session = { kind: "offline_grant" as const, value: made.grant };
      const subject = { client, session, source: claimSource(facts), authorizationId, scopes: SCOPES, initialRefreshTokenHash: made.token.initialHash };
      const { response, access } = await this.issuer.tokens(ctx, subject);
      await this.grants.insert(ctx, tx, made);
      await this.accessGrants.insert(ctx, tx, access);
      return { refreshToken: made.refreshToken, accessToken: response.access_token, tokenType: response.token_type, expiresIn: response.expires_in };
    });
  }

  private client({ project: { config, features } }: ProjectContext, clientId: string): OAuthClientConfig {
    if (!features.admin_api.create_session_enabled) throw forbidden("CreateSession is disabled");
    const client = findClient(config, clientId);
    if (!client) throw invalidInput("invalid client ID");
    if (!clientTraits(client).firstParty) throw forbidden("cannot create session for non-first party client");
    return client;
  }
}

function deviceInfoOf(text: string | undefined): Record<string, unknown> | undefined {
  try {
    return readDeviceInfo(text);
  } catch {
    throw invalidInput("invalid device info");
  }
}
