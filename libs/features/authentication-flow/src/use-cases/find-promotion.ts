import { Injectable } from "@nestjs/common";
import { invalidCredentials } from "@gatehouse/domain-errors";
import type { RunMemory } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { Challenges, PromotionCodes } from "@gatehouse/record-anonymous-users";
import { decodeProtectedHeader, importJWK, type JWK, jwtVerify } from "jose";

/** The anonymous user of a promotion, as a run remembers him. */
export interface FoundPromotion {
  userId: string;
  anonymous: NonNullable<RunMemory["anonymous"]>;
}

const HINT = "https://authgear.com/login_hint?";
const SKEW_SECONDS = 300;

/** The anonymous user that a login hint names, by promotion code or by a JWT of his key (spec: authentication flow §7; oauth-oidc §14.2). */
@Injectable()
export class FindPromotion {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly codes: PromotionCodes,
    private readonly challenges: Challenges,
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
    const keyId = headerKeyId(jwt);
    const facts = keyId === undefined ? undefined : await this.db.read((tx) => this.accounts.byIdentity(ctx, tx, { type: "anonymous", uniqueKey: keyId }));
    const identity = facts?.identities.find(({ details }) => details.anonymous?.keyId === keyId);
    const key = identity?.details.anonymous?.key;
    if (!facts || !identity || !key) throw invalidCredentials({});
    const challenge = await verifiedChallenge(jwt, key as JWK, ctx.now());
    if (!challenge || !(await this.challenges.isGood(ctx, challenge, "anonymous_request"))) throw invalidCredentials({});
    return { userId: facts.user.id, anonymous: { identityId: identity.id, challenge } };
  }
}

function headerKeyId(jwt: string): string | undefined {
  try {
    const { kid, typ } = decodeProtectedHeader(jwt);
    return typ === "vnd.authgear.anonymous-request" ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The challenge that a JWT of the key answers with `promote`; undefined when anything about it is wrong. */
async function verifiedChallenge(jwt: string, key: JWK, now: Date): Promise<string | undefined> {
  try {
    const verifier = await importJWK(key, key.alg ?? "RS256");
    const { payload } = await jwtVerify(jwt, verifier, { algorithms: [key.alg ?? "RS256"], currentDate: now, clockTolerance: SKEW_SECONDS });
    return payload.action === "promote" && typeof payload.challenge === "string" ? payload.challenge : undefined;
  } catch {
    return undefined;
  }
}
