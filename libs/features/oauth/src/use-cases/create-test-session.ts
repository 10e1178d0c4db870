import { Injectable } from "@nestjs/common";
import { badRequest, userNotFound } from "@gatehouse/domain-errors";
import { clientTraits, findClient, FULL_ACCESS } from "@gatehouse/domain-oauth";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { AccessGrantStore, OfflineGrantStore, type ResponseCookie, SessionStore, sessionCookies } from "@gatehouse/record-sessions";
import { claimSource, prepareGrant } from "../rules/prepare-grant.js";
import { TokenIssuer } from "../rules/token-issuer.js";

/** A signed-in session for tests: cookies, and tokens of a client when one is named. */
export interface TestSession {
  cookies: ResponseCookie[];
  access_token?: string;
  refresh_token?: string;
}

/** Signs a user in without asking him; offered in development mode only. Throws `UserNotFound`, and `BadRequest` for an unknown client. */
@Injectable()
export class CreateTestSession {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly sessions: SessionStore,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly issuer: TokenIssuer,
  ) {}

  async run(ctx: ProjectContext, input: { userId: string; clientId?: string }): Promise<TestSession> {
    const [facts] = isUuid(input.userId) ? await this.db.read((tx) => this.accounts.facts(ctx, tx, [input.userId])) : [];
    if (!facts) throw userNotFound({});
    const client = findClient(ctx.project.config, input.clientId);
    if (input.clientId && !client) throw badRequest("invalid client ID");
    const amr = ["pwd", "x_primary_password"];
    const made = this.sessions.prepare(ctx, { userId: asUserId(input.userId), amr });
    const cookies = sessionCookies(ctx, made.token);
    if (!client) {
      await this.db.read((tx) => this.sessions.insert(ctx, tx, made));
      return { cookies };
    }
    const scopes = ["openid", "offline_access", ...(clientTraits(client).fullAccess ? [FULL_ACCESS] : ["profile", "email"])];
    const info = { userId: input.userId, authenticatedAt: ctx.now().getTime(), amr, session: { type: "idp" as const, id: made.session.id }, createdUser: false };
    return this.db.transaction(async (tx) => {
      await this.sessions.insert(ctx, tx, made);
      const authorization = await this.authorizations.grant(ctx, tx, { userId: input.userId, clientId: client.client_id, scopes });
      const issued = prepareGrant(ctx, client, { info, ssoEnabled: false, authorizationId: authorization.id, scopes });
      const session = { kind: "offline_grant" as const, value: issued.grant };
      const subject = { client, session, source: claimSource(facts), authorizationId: authorization.id, scopes, initialRefreshTokenHash: issued.token.initialHash };
      const { response, access } = await this.issuer.tokens(ctx, subject);
      await this.grants.insert(ctx, tx, issued);
      await this.accessGrants.insert(ctx, tx, access);
      return { cookies, access_token: response.access_token, refresh_token: issued.refreshToken };
    });
  }
}
