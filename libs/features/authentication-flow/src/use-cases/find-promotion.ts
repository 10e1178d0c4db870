import { Injectable } from "@nestjs/common";
import { invalidCredentials } from "@gatehouse/domain-errors";
import { authenticationIdentityAnonymousFailed } from "@gatehouse/domain-events";
import type { RunMemory } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { type AppRequest, AppRequestError, AppRequests, PromotionCodes } from "@gatehouse/record-anonymous-users";
import { EventOutbox } from "@gatehouse/service-event-outbox";

/** The anonymous user of a promotion, as a run remembers him. */
export interface FoundPromotion {
  userId: string;
  anonymous: NonNullable<RunMemory["anonymous"]>;
}

const HINT = "https://authgear.com/login_hint?";

/** The anonymous user that a login hint names, by promotion code or by a JWT of his key (spec: authentication flow §7; oauth-oidc §14.2). */
@Injectable()
export class FindPromotion {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly codes: PromotionCodes,
    private readonly requests: AppRequests,
    private readonly outbox: EventOutbox,
  ) {}

  /** Undefined for a hint of another kind. Throws `InvalidCredentials` for a code or JWT that is not good. */
  async run(ctx: ProjectContext, loginHint: string | undefined): Promise<FoundPromotion | undefined> {
    if (!loginHint?.startsWith(HINT)) return undefined;
    const params = new URL(loginHint).searchParams;
    if (params.get("type") !== "anonymous") return undefined;
    const [code, jwt] = [params.get("promotion_code"), params.get("jwt")];
    if (code) return this.byCode(ctx, code);
    return jwt ? this.byJwt(ctx, jwt) : undefined;
  }

  private async byCode(ctx: ProjectContext, code: string): Promise<FoundPromotion> {
    const promotion = await this.codes.get(ctx, code);
    const [facts] = promotion ? await this.db.read((tx) => this.accounts.facts(ctx, tx, [promotion.userId])) : [];
    const identity = facts?.identities.find(({ id, type }) => id === promotion?.identityId && type === "anonymous");
    if (!facts || !identity || identity.details.anonymous?.keyId) throw invalidCredentials({});
    return { userId: facts.user.id, anonymous: { identityId: identity.id, promotionCode: code } };
  }

  private async byJwt(ctx: ProjectContext, jwt: string): Promise<FoundPromotion> {
    const request = this.read(jwt);
    const facts = request && (await this.db.read((tx) => this.accounts.byIdentity(ctx, tx, { type: "anonymous", uniqueKey: request.kid })));
    const identity = facts?.identities.find(({ details }) => details.anonymous?.keyId === request?.kid);
    const key = identity?.details.anonymous?.key;
    if (!request || !facts || !identity || !key) throw invalidCredentials({});
    const claims = request.action === "promote" ? await this.requests.verify(ctx, request, key).catch(refused) : undefined;
    if (claims) return { userId: facts.user.id, anonymous: { identityId: identity.id, challenge: claims.challenge } };
    const user = userModel(ctx.project.config, facts, ctx.now());
    await this.outbox.appendNow(ctx, [authenticationIdentityAnonymousFailed({ user, identity_type: "anonymous" })]);
    throw invalidCredentials({});
  }

  private read(jwt: string): AppRequest | undefined {
    try {
      return this.requests.read(jwt, "anonymous_request");
    } catch (error) {
      return refused(error);
    }
  }
}

/** A JWT that is not good is no surprise; anything else is. */
function refused(error: unknown): undefined {
  if (!(error instanceof AppRequestError)) throw error;
  return undefined;
}
