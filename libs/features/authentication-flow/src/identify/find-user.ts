import { Injectable } from "@nestjs/common";
import { flowDifferentUser, userNotFound } from "@gatehouse/domain-errors";
import { authenticationIdentityLoginIdFailed } from "@gatehouse/domain-events";
import { enterBranch, type Identified, type IncomingIdentity, type KnownAccount } from "@gatehouse/domain-flow";
import { type Identity, loginIdLookupKeys } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts, existingIdentities, existingInfo, incomingInfo } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { type Bucket, perAddressBucket, RateLimiter, refusal } from "@gatehouse/service-rate-limit";
import { refreshedProfile } from "@gatehouse/service-social-login";
import { assertFactor, prove } from "../engine/memory.js";
import type { BranchOption } from "../engine/options.js";
import { branchOf, note, type Run, stepName } from "../engine/run.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import { checkExpectedUser } from "../rules/check-expected-user.js";
import { typedClaims } from "../rules/typed-claims.js";

/** The user an identity belongs to, and that identity. */
export interface FoundUser {
  facts: UserFacts;
  identity: Identity;
}

/** The limit of failed look-ups, with the weight that hooks gave it (spec: events and hooks §6.6). */
function lookUpBucket(run: Run): Bucket {
  const weight = run.state.memory.demands.weights?.["authentication.account_enumeration"];
  return { ...perAddressBucket(run.ctx, "account_enumeration"), ...(weight === undefined ? {} : { weight }) };
}

/** Identification of somebody who has an account: login and re-authentication (spec: authentication flow §6.1). */
@Injectable()
export class FindUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly identities: IdentityStore,
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
    private readonly hooks: FlowHooks,
  ) {}

  /** Goes on as the owner of an identity. Throws `UserNotFound`, for login ids within the limit of failed look-ups. */
  async byIdentity(run: Run, option: BranchOption, incoming: IncomingIdentity): Promise<void> {
    const found = await this.lookUp(run, incoming);
    if (!found) {
      await this.spendLookUp(run, incoming);
      throw await this.notFound(run, incoming);
    }
    const { facts, identity } = found;
    const { identification } = incoming;
    run.facts = facts;
    if (incoming.type === "oauth" || incoming.type === "ldap") this.refresh(run, incoming, identity);
    if (incoming.authenticatorId) assertFactor(run, { authentication: "primary_passkey", authenticatorId: incoming.authenticatorId });
    await this.goOn(run, option, { facts, identified: { ...stepName(run), identification, identityId: identity.id, claims: identity.claims } });
  }

  /** Goes on as a known user. */
  async byAccount(run: Run, option: BranchOption, account: KnownAccount): Promise<void> {
    const [facts] = await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [account.userId]));
    if (!facts) throw userNotFound({});
    run.facts = facts;
    const { identification, idToken, session } = account;
    await this.goOn(run, option, { facts, identified: { ...stepName(run), identification, claims: {}, ...(idToken ? { idToken } : {}) } });
    if (session) note(run, { continuedSession: session });
  }

  /** The owner of an identity; undefined when there is none. A login id is tried under every configured key. Throws `RateLimited` when failed look-ups are used up. */
  async lookUp(run: Run, incoming: IncomingIdentity): Promise<FoundUser | undefined> {
    const { ctx } = run;
    if (incoming.type !== "login_id") {
      const { type, uniqueKey } = incoming;
      const known = run.facts?.identities.some((one) => one.type === type && one.uniqueKey === uniqueKey) ? run.facts : undefined;
      const facts = known ?? (await this.db.read((tx) => this.accounts.byIdentity(ctx, tx, { type, uniqueKey })));
      const identity = facts?.identities.find((one) => one.type === type && one.uniqueKey === uniqueKey);
      return facts && identity ? { facts, identity } : undefined;
    }
    await this.refuseGuessing(run);
    const keys = loginIdLookupKeys(ctx.project.config, incoming.typed ?? "");
    const [facts] = await this.db.read((tx) => this.accounts.byLoginId(ctx, tx, keys));
    const identity = facts?.identities.find(({ type, uniqueKey }) => type === "login_id" && keys.includes(uniqueKey));
    if (!facts || !identity) return undefined;
    run.lookedUp = lookUpBucket(run);
    return { facts, identity };
  }

  /** A look-up that found nothing costs one, so that login ids cannot be tried out in numbers. */
  async spendLookUp(run: Run, incoming: IncomingIdentity): Promise<void> {
    if (incoming.type !== "login_id") return;
    await this.limiter.consume(run.ctx, [lookUpBucket(run)]);
    await this.outbox.appendNow(run.ctx, [authenticationIdentityLoginIdFailed({ login_id: incoming.typed ?? "" })]);
  }

  /** Before anything is looked up, so that the answer does not tell whether there is anything. What was read with the run is as good as a look of its own, unless hooks gave a weight. */
  private async refuseGuessing(run: Run): Promise<void> {
    const bucket = lookUpBucket(run);
    const { enumerationExhausted: known } = run;
    if (bucket.weight === undefined && known !== undefined ? known : await this.limiter.wouldRefuse(run.ctx, bucket)) throw refusal(bucket);
  }

  /** `UserNotFound`, with what else carries the same address. */
  async notFound(run: Run, incoming: IncomingIdentity): Promise<Error> {
    const claims = incoming.type === "login_id" ? typedClaims(run.ctx.project.config, incoming.typed ?? "") : incoming.linkClaims;
    const similar = await this.db.read((tx) => this.identities.similar(run.ctx, tx, { type: incoming.type, uniqueKey: incoming.uniqueKey, claims }));
    const kind = { type: incoming.type, loginIdType: incoming.type === "login_id" ? incoming.identification : undefined, providerType: incoming.details.oauth?.providerType };
    return userNotFound({ ...incomingInfo(kind), ...existingInfo(similar), ...(similar.length > 0 ? { ExistingIdentities: existingIdentities(similar) } : {}) });
  }

  /** The identity will hold what the provider or directory says now. */
  private refresh(run: Run, { claims, details, verified }: IncomingIdentity, identity: Identity): void {
    const kept = details.oauth && identity.details.oauth && { rawProfile: identity.details.oauth.rawProfile, claims: identity.claims };
    const fresh = details.oauth && kept && Object.keys(claims).length > 0 ? refreshedProfile({ ...details.oauth, claims }, kept) : undefined;
    const now = fresh && details.oauth ? { claims: fresh.claims, details: { oauth: { ...details.oauth, rawProfile: fresh.rawProfile } } } : { claims, details };
    note(run, { refreshed: [...run.state.memory.refreshed, { identityId: identity.id, ...now }] });
    prove(run, verified);
  }

  private async goOn(run: Run, option: BranchOption, { facts, identified }: { facts: UserFacts; identified: Identified }): Promise<void> {
    const { memory } = run.state;
    if (memory.userId !== "" && memory.userId !== facts.user.id) throw flowDifferentUser();
    checkExpectedUser(run, facts);
    note(run, { userId: facts.user.id, identified: [...memory.identified, identified] });
    run.state = enterBranch({ ...run.state, identification: identified.identification }, { flow: option.flow, pointer: option.branch ?? "", steps: branchOf(run, option).steps });
    run.trace.add("branch", identified.identification, "identified");
    await this.hooks.postIdentified(run, identified);
  }
}
