import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { forbidden, invalidInput, userNotFound } from "@gatehouse/domain-errors";
import { clientTraits, findClient, FULL_ACCESS } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { accountStatusError } from "@gatehouse/domain-user";
import { isUuid } from "@gatehouse/platform-ids";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { decodeDeviceInfo } from "../rules/device-info.js";
import { claimSource, type PreparedGrant, prepareGrant } from "../rules/prepare-grant.js";
import { type IssuedTokens, TokenIssuer } from "../rules/token-issuer.js";

const SCOPES = ["openid", "offline_access", FULL_ACCESS];

/** A session that is not written yet, with its tokens. */
export interface PreparedSession {
  made: PreparedGrant;
  tokens: IssuedTokens;
}

/** The tokens of a session that an administrator made. */
export interface CreatedSession {
  refreshToken: string;
  accessToken: string;
  tokenType: "Bearer";
  /** Seconds. */
  expiresIn: number;
  grant: OfflineGrant;
}

/** `createSession` of the Admin API: tokens of a first-party client for a user, without a login (spec: sessions and tokens §14). */
@Injectable()
export class CreateSession {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly users: UserStore,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly issuer: TokenIssuer,
  ) {}

  /**
   * The part that must not hold a transaction open: hooks and signatures. Throws `Forbidden` where the project may not or the client is a third party's,
   * `Invalid` for an unknown client or bad device info, `UserNotFound`.
   */
  async prepare(ctx: ProjectContext, input: { userId: string; clientId: string; deviceInfo?: string | null }): Promise<PreparedSession> {
    const client = this.client(ctx, input.clientId);
    const deviceInfo = deviceInfoOf(input.deviceInfo);
    const [facts] = isUuid(input.userId) ? await this.db.read((tx) => this.accounts.facts(ctx, tx, [input.userId])) : [];
    if (!facts) throw userNotFound({});
    const info = { userId: facts.user.id, authenticatedAt: ctx.now().getTime(), amr: [], session: { type: "none" as const } };
    // The authorization's id is known when it is written.
    const made = prepareGrant(ctx, client, { info, authorizationId: "", scopes: SCOPES, ssoEnabled: false, ...(deviceInfo ? { deviceInfo } : {}) });
    const session = { kind: "offline_grant" as const, value: made.grant };
    const tokens = await this.issuer.tokens(ctx, {
      client,
      session,
      source: claimSource(facts),
      authorizationId: "",
      scopes: SCOPES,
      initialRefreshTokenHash: made.token.initialHash,
    });
    return { made, tokens };
  }

  /** Writes a prepared session. Throws `UserNotFound`, and why the user may not be signed in (spec: user model §2.3): what was made for him would come to life when he may again. */
  async run(ctx: ProjectContext, tx: Tx, { made, tokens: { response, access } }: PreparedSession): Promise<CreatedSession> {
    const { grant, token, refreshToken } = made;
    const user = await this.users.byId(ctx, tx, grant.userId);
    if (!user) throw userNotFound({});
    const blocked = accountStatusError(user.status, ctx.now());
    if (blocked) throw blocked;
    const { id: authorizationId } = await this.authorizations.grant(ctx, tx, { userId: grant.userId, clientId: token.clientId, scopes: SCOPES });
    await this.grants.insert(ctx, tx, { grant, token: { ...token, authorizationId } });
    await this.accessGrants.insert(ctx, tx, { ...access, authorizationId });
    return { refreshToken, accessToken: response.access_token, tokenType: response.token_type, expiresIn: response.expires_in, grant };
  }

  private client({ project: { config, features } }: ProjectContext, clientId: string): OAuthClientConfig {
    if (!features.admin_api.create_session_enabled) throw forbidden("CreateSession is disabled");
    const client = findClient(config, clientId);
    if (!client) throw invalidInput("invalid client ID");
    if (!clientTraits(client).firstParty) throw forbidden("cannot create session for non-first party client");
    return client;
  }
}

function deviceInfoOf(text: string | null | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text === null) return undefined;
  const info = decodeDeviceInfo(text);
  if (!info) throw invalidInput("invalid device info");
  return info;
}
