import { Injectable } from "@nestjs/common";
import { userSignedOut } from "@gatehouse/domain-events";
import { allClients, type AuthorizeParams, clientTraits, findClient, OAuthError, withQuery } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isInGroupOf, type OfflineGrant, sessionModel } from "@gatehouse/domain-session";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { isUuid } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { AccessGrantStore, type LiveSession, OfflineGrantStore, SessionReader, SessionStore } from "@gatehouse/record-sessions";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { presentedClient } from "../rules/authenticate-client.js";
import { readIdToken } from "../rules/id-token-hint.js";
import type { TokenParams } from "./token-response.js";

/** Ends sessions: by logout, by revocation of a token, and where the browser goes afterwards (spec: oauth-oidc §9). */
@Injectable()
export class SignOut {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly sessions: SessionStore,
    private readonly reader: SessionReader,
    private readonly grants: OfflineGrantStore,
    private readonly accessGrants: AccessGrantStore,
    private readonly outbox: EventOutbox,
  ) {}

  /** Ends a session with everything that shares its sign-on, and says so in one event. */
  async session(ctx: ProjectContext, live: Pick<LiveSession, "kind" | "session" | "user">): Promise<void> {
    await this.db.transaction(async (tx) => {
      const [user] = await this.accounts.model(ctx, tx, [live.user.id]);
      const gone = live.kind === "idp" ? await this.sessions.revoke(ctx, tx, live.session.id) : await this.sessions.revokeGrant(ctx, tx, live.session as OfflineGrant);
      const models = [...gone.sessions.map((one) => sessionModel("idp", one)), ...gone.grants.map((one) => sessionModel("offline_grant", one))];
      if (user && models.length > 0) await this.outbox.append(ctx, tx, [userSignedOut({ user, sessions: models })]);
    });
  }

  /**
   * `POST /oauth2/revoke` (RFC 7009): a refresh token ends its session, an access token ends itself, anything else is nothing. A client need not prove itself
   * (spec: oauth-oidc §9.1); one that registered itself and does must be right, and ends its own tokens alone (RFC 7009 §2.1). Throws OAuthError.
   */
  async revoke(ctx: ProjectContext, { token = "", ...credentials }: TokenParams): Promise<void> {
    const caller = presentedClient(ctx, credentials);
    const [grantId = "", secret, rest] = token.split(".");
    if (secret === undefined) return this.revokeAccess(ctx, sha256Hex(token), caller?.client_id);
    if (!isUuid(grantId) || rest !== undefined) return;
    const hash = sha256Hex(secret);
    const found = await this.db.read((tx) => this.grants.byToken(ctx, tx, { grantId, hash }));
    if (!found || !constantTimeEqual(found.token.currentHash, hash)) return;
    checkOwner(caller?.client_id, found.token.clientId);
    await this.session(ctx, { kind: "offline_grant", session: found.grant, user: found.owner.user });
  }

  private async revokeAccess(ctx: ProjectContext, hash: string, caller: string | undefined): Promise<void> {
    const known = caller === undefined ? undefined : await this.reader.byAccessToken(ctx, hash);
    if (known) checkOwner(caller, known.token?.clientId ?? known.grant.clientId);
    await this.db.read((tx) => this.accessGrants.revoke(ctx, tx, hash));
  }

  /**
   * Whether an `id_token_hint` names a session of the same sign-on as the request's, issued to one first-party client: to the one that the request names,
   * where it does (OpenID Connect RP-Initiated Logout §2).
   */
  async hintMatches(ctx: ProjectContext, { id_token_hint: token = "", client_id }: AuthorizeParams, current: LiveSession): Promise<boolean> {
    const hint = await readIdToken(ctx, token);
    const client = hint?.audiences.length === 1 ? findClient(ctx.project.config, hint.audiences[0]) : undefined;
    if (client_id !== undefined && client_id !== client?.client_id) return false;
    if (!hint?.sid || !client || !clientTraits(client).firstParty) return false;
    const live = await this.reader.byHint(ctx, hint.sid.kind, hint.sid.id);
    return live !== undefined && isInGroupOf(live, current);
  }

  /** Where `post_logout_redirect_uri` may lead: an exact entry of any client, with the state added. */
  postLogout(ctx: ProjectContext, { post_logout_redirect_uri: uri, state }: AuthorizeParams): { location: string; customUi: boolean } | undefined {
    const client = uri ? allClients(ctx.project.config).find(({ post_logout_redirect_uris }) => post_logout_redirect_uris?.includes(uri)) : undefined;
    if (!uri || !client) return undefined;
    return { location: state ? withQuery(uri, { state }) : uri, customUi: client.x_custom_ui_uri !== undefined };
  }
}

function checkOwner(caller: string | undefined, owner: string): void {
  if (caller !== undefined && caller !== owner) throw new OAuthError("invalid_grant", "the token was issued to another client");
}
