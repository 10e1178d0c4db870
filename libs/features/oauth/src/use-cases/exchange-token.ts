import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { checkScopes, GRANT_TYPE, OAuthError, PRE_AUTHENTICATED_URL, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { PreAuthenticatedTokens } from "@gatehouse/record-grants";
import { OfflineGrantStore, SessionReader } from "@gatehouse/record-sessions";
import { checkDpopBinding } from "@gatehouse/service-dpop";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { newDeviceSecret } from "../rules/device-secret.js";
import { type IdTokenHint, readIdToken } from "../rules/id-token-hint.js";
import { limitTokens, tokenPerUser } from "../rules/token-buckets.js";
import { TokenIssuer } from "../rules/token-issuer.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

const URL_TOKEN = "urn:authgear:params:oauth:token-type:pre-authenticated-url-token";
const DEVICE_SECRET = "urn:x-oath:params:oauth:token-type:device-secret";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const URL_TOKEN_SECONDS = 300;

/** A grant of an app that is still there, and the scopes of the app's own token. */
interface AppGrant {
  grant: OfflineGrant;
  scopes: readonly string[];
}

/** Token exchange (RFC 8693) of a device secret for a token that opens a web page already signed in (spec: oauth-oidc §12.1). */
@Injectable()
export class ExchangeToken implements TokenGrant {
  readonly grantType = GRANT_TYPE.tokenExchange;

  constructor(
    private readonly db: Database,
    private readonly reader: SessionReader,
    private readonly grants: OfflineGrantStore,
    private readonly tokens: PreAuthenticatedTokens,
    private readonly issuer: TokenIssuer,
    private readonly limiter: RateLimiter,
  ) {}

  /** `client` is the web client. Of several exchanges of one device secret one wins. */
  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop }: TokenRequest): Promise<TokenResponse> {
    const { actorToken, subjectToken } = requireProfile(ctx, params);
    const idToken = await readIdToken(ctx, subjectToken);
    if (!idToken) throw new OAuthError("invalid_grant", "invalid subject_token");
    const { grant, scopes } = await this.appGrant(ctx, idToken);
    const previousHash = checkDeviceSecret(grant, { idToken, actorToken });
    checkDpopBinding(ctx, client, { reading: dpop, jkt: grant.deviceSecretDpopJkt });
    const asked = askedScopes(client, params.scope, scopes);
    await limitTokens(this.limiter, ctx, [tokenPerUser(grant.userId)]);
    // Only now is it a use of the session: nothing stays alive by an ID token alone.
    const live = await this.reader.byId(ctx, "offline_grant", grant.id);
    if (!live) throw notAllowed();
    const made = newDeviceSecret(grant, dpop.kind === "proven" ? dpop.jkt : null);
    const id_token = await this.issuer.idToken(ctx, { client, session: { kind: live.kind, value: made.grant }, source: live, scopes: asked ?? scopes }, { personalScopes: [] });
    if (!(await this.db.read((tx) => this.grants.setDeviceSecret(ctx, tx, { ...made.row, previousHash })))) throw wrongSecret();
    const token = await this.tokens.create(ctx, { clientId: client.client_id, grantId: grant.id, ...(asked ? { scopes: asked } : {}) });
    return { access_token: token, issued_token_type: URL_TOKEN, token_type: "Bearer", expires_in: URL_TOKEN_SECONDS, device_secret: made.deviceSecret, id_token };
  }

  private async appGrant(ctx: ProjectContext, { sid, sub }: IdTokenHint): Promise<AppGrant> {
    if (!sid) throw new OAuthError("invalid_grant", "sid in id token (subject_token) is invalid");
    const live = await this.reader.byHint(ctx, sid.kind, sid.id);
    if (live?.kind === "idp") throw new OAuthError("invalid_grant", "invalid session type");
    const grant = live?.session as OfflineGrant | undefined;
    const own = live?.tokens.find(({ clientId }) => clientId === grant?.initialClientId);
    if (!live || !grant || live.user.id !== sub || !own?.scopes.includes(PRE_AUTHENTICATED_URL)) throw notAllowed();
    return { grant, scopes: own.scopes };
  }
}

const notAllowed = (): OAuthError => new OAuthError("insufficient_scope", "pre-authenticated url is not allowed for this session");
const wrongSecret = (): OAuthError => new OAuthError("invalid_grant", "the device secret (actor_token) is invalid");

function requireProfile({ project }: ProjectContext, params: TokenParams): { actorToken: string; subjectToken: string } {
  const refuse = (description: string): never => {
    throw new OAuthError("invalid_request", description);
  };
  const { actor_token: actorToken, subject_token: subjectToken } = params;
  if (params.requested_token_type !== URL_TOKEN) refuse("requested_token_type not supported");
  if (params.actor_token_type !== DEVICE_SECRET) refuse("actor_token_type not supported");
  if (params.subject_token_type !== ID_TOKEN) refuse("subject_token_type not supported");
  if (params.audience !== project.config.http.public_origin) refuse("audience is invalid");
  return { actorToken: actorToken || refuse("actor_token is required"), subjectToken: subjectToken || refuse("subject_token is required") };
}

/** The secret must be the grant's current one, and the one that the ID token was issued with. Returns its hash. Throws `invalid_grant`. */
function checkDeviceSecret({ deviceSecretHash }: OfflineGrant, { idToken, actorToken }: { idToken: IdTokenHint; actorToken: string }): string {
  const hash = sha256Hex(actorToken);
  const right = [deviceSecretHash, idToken.deviceSecretHash].every((expected) => typeof expected === "string" && constantTimeEqual(hash, expected));
  if (!right) throw wrongSecret();
  return hash;
}

/** The scopes that a request narrows the session to. Throws `invalid_scope`. */
function askedScopes(client: OAuthClientConfig, text: string | undefined, granted: readonly string[]): string[] | undefined {
  const asked = spaceList(text);
  if (asked.length === 0) return undefined;
  if (asked.some((scope) => !granted.includes(scope))) throw new OAuthError("invalid_scope", "requesting extra scopes is not allowed");
  checkScopes(client, asked);
  return asked;
}
