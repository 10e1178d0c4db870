import { Injectable } from "@nestjs/common";
import { accountOauthStateNotBoundToToken, accountOauthTokenInvalid, accountOauthTokenNotBoundToUser } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { constantTimeEqual } from "@gatehouse/platform-crypto";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges, type IdentityToMake, type ProvenAddress } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { SocialLogin, type SocialProfile, type SocialProvider } from "@gatehouse/service-social-login";
import { forSettings } from "../rules/settings-duplicate.js";
import { AccountTokens } from "../store/account-token.store.js";
import type { PendingLink } from "../store/pending-operation.js";

/** A link to be started. */
export interface LinkStart {
  userId: UserId;
  alias: string;
  /** The caller's URI that receives the provider's callback. */
  redirectUri: string;
  /** The caller adds and checks a state of his own. */
  excludeState?: boolean;
}

/** A provider's callback. */
export interface LinkFinish {
  userId: UserId;
  token: string;
  /** Raw query; a leading `?` is tolerated. */
  query: string;
}

/** Links an account at a social login provider to the user (spec: account management §3, §4.2). `create_disabled` of the provider hides a button, and is no rule here. */
@Injectable()
export class LinkSocialAccount {
  constructor(
    private readonly db: Database,
    private readonly tokens: AccountTokens,
    private readonly social: SocialLogin,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
  ) {}

  /** Providers that accounts may be linked at. */
  providers(ctx: ProjectContext): SocialProvider[] {
    return this.social.providers(ctx);
  }

  /** Where to send the browser, and the token for the way back. Throws `OAuthProviderNotFound`, `OAuthProviderMissingCredentials`, `InvalidConfiguration`. */
  async start(ctx: ProjectContext, { userId, alias, redirectUri, excludeState }: LinkStart): Promise<{ token: string; authorizationUrl: string }> {
    const state = excludeState ? {} : { state: randomString(32, CROCKFORD) };
    const authorizationUrl = await this.social.authorizationUrl(ctx, { alias, redirectUri, ...state });
    return { token: await this.tokens.create(ctx, { userId, operation: { kind: "oauth", alias, redirectUri, ...state } }), authorizationUrl };
  }

  /**
   * Takes the callback; the token is spent whatever comes of it. Throws `AccountManagementOAuthTokenInvalid`, `AccountManagementOAuthTokenNotBoundToUser`,
   * `AccountManagementOAuthStateNotBoundToToken`, `DuplicatedIdentity`, and what the provider's answer leads to.
   */
  async finish(ctx: ProjectContext, input: LinkFinish): Promise<Identity> {
    const { alias, redirectUri } = await this.bound(ctx, input);
    const profile = await this.social.profile(ctx, { alias, redirectUri, query: input.query });
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, input.userId);
      const { identity, events } = await this.changes.add(ctx, tx, { facts, identity: identityOf(profile), proven: provenBy(profile), comparedClaims: profile.claims });
      await this.outbox.append(ctx, tx, events);
      return identity;
    });
  }

  /** `finish` for settings pages. Throws `AccountManagementDuplicatedIdentity` in place of `DuplicatedIdentity`. */
  finishInSettings(ctx: ProjectContext, input: LinkFinish): Promise<Identity> {
    return forSettings(() => this.finish(ctx, input));
  }

  private async bound(ctx: ProjectContext, { userId, token, query }: LinkFinish): Promise<PendingLink> {
    const taken = await this.tokens.take(ctx, token);
    if (taken?.operation.kind !== "oauth") throw accountOauthTokenInvalid();
    if (!constantTimeEqual(taken.userId, userId)) throw accountOauthTokenNotBoundToUser();
    const { state } = taken.operation;
    const given = new URLSearchParams(query.replace(/^\?/, "")).get("state");
    if (state !== undefined && !constantTimeEqual(state, given ?? "")) throw accountOauthStateNotBoundToToken();
    return taken.operation;
  }
}

const identityOf = ({ providerType, providerKeys, subjectId, alias, rawProfile, claims, uniqueKey, storeAttributes }: SocialProfile): IdentityToMake => ({
  type: "oauth",
  uniqueKey,
  claims: storeAttributes ? claims : {},
  details: { oauth: { providerType, providerKeys, subjectId, alias, rawProfile: storeAttributes ? rawProfile : {} } },
});

/** An address that the identity does not keep would be forgotten with the next change: it is not noted. */
const provenBy = ({ claims, emailVerified, storeAttributes }: SocialProfile): ProvenAddress[] =>
  emailVerified && storeAttributes && typeof claims.email === "string" ? [{ name: "email", value: claims.email }] : [];
