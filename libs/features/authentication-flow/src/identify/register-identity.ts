import { Injectable } from "@nestjs/common";
import { CLAIM_OF_LOGIN_ID, type LoginIdType } from "@gatehouse/domain-identity";
import { flowDifferentUser } from "@gatehouse/domain-errors";
import { currentFlow, emptyMemory, enterBranch, type Identified, type IncomingIdentity, switchFlow } from "@gatehouse/domain-flow";
import { prove } from "../engine/memory.js";
import type { BranchOption } from "../engine/options.js";
import { branchOf, flowOf, note, type Run, stepName } from "../engine/run.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import { IdentityConflicts, type Standing } from "../linking/identity-conflicts.js";
import { OfferLinking } from "../linking/offer-linking.js";
import { checkExpectedUser, expectedLoginIdKeys } from "../rules/check-expected-user.js";
import { checkedLoginId } from "./checked-login-id.js";

/** A new identity: sign-up, and promotion of an anonymous user (spec: authentication flow §7, §8). */
@Injectable()
export class RegisterIdentity {
  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly linking: OfferLinking,
    private readonly hooks: FlowHooks,
  ) {}

  /** Makes the identity, offers account linking, or throws `DuplicatedIdentity`. A promotion whose identity exists goes on as a login. */
  async run(run: Run, option: BranchOption, came: IncomingIdentity): Promise<void> {
    const incoming = this.checked(run, came);
    checkExpectedUser(run, undefined);
    const branch = branchOf(run, option);
    const identity = this.conflicts.made(run, incoming);
    const standing = await this.conflicts.find(run, incoming, branch.account_linking);
    if (standing.identical && currentFlow(run.state).type === "promote") return this.logInInstead(run, incoming);
    if (this.mayLink(run, incoming, standing)) return this.linking.offer(run, option, { incoming, conflicts: standing.conflicts });
    if (await this.conflicts.belongsToOther(run, expectedLoginIdKeys(run) ?? [])) throw flowDifferentUser();
    const identified: Identified = { ...stepName(run), identification: incoming.identification, created: identity, claims: identity.claims };
    this.noteIdentity(run, incoming, identified);
    run.state = enterBranch({ ...run.state, identification: incoming.identification }, { flow: option.flow, pointer: option.branch ?? "", steps: branch.steps });
    run.trace.add("branch", incoming.identification, "registered");
    await this.hooks.postIdentified(run, identified);
  }

  private checked(run: Run, incoming: IncomingIdentity): IncomingIdentity {
    if (incoming.type !== "login_id") return incoming;
    const type = incoming.identification as LoginIdType;
    const loginId = incoming.loginId ?? checkedLoginId(run, { type, value: incoming.typed ?? "" });
    const claims = { [CLAIM_OF_LOGIN_ID[loginId.type]]: loginId.value };
    return { ...incoming, loginId, uniqueKey: loginId.uniqueKey, claims, linkClaims: claims };
  }

  /** Whether everything in the way may be linked. Throws when something may not. */
  private mayLink(run: Run, incoming: IncomingIdentity, { identical, conflicts }: Standing): boolean {
    if (identical) throw this.conflicts.duplicated(incoming, [identical], false);
    if (conflicts.length === 0) return false;
    const refused = currentFlow(run.state).type === "promote" || run.state.memory.linkedUser || conflicts.some(({ rule }) => rule.action === "error");
    if (!refused && conflicts.some(({ identity }) => identity.type === "login_id" || identity.type === "oauth")) return true;
    throw this.conflicts.duplicated(
      incoming,
      conflicts.map(({ identity }) => identity),
      true,
    );
  }

  private noteIdentity(run: Run, incoming: IncomingIdentity, identified: Identified): void {
    const { memory } = run.state;
    note(run, { identified: [...memory.identified, identified], ...(incoming.attributes ? { attributes: { ...memory.attributes, ...incoming.attributes } } : {}) });
    prove(run, incoming.verified);
  }

  private async logInInstead(run: Run, incoming: IncomingIdentity): Promise<void> {
    const flow = { type: "login", name: currentFlow(run.state).name } as const;
    run.state = switchFlow(run.state, flow, flowOf(run, flow));
    const pending = incoming.type === "login_id" ? { ...incoming, typed: incoming.loginId?.value ?? incoming.typed } : incoming;
    const { demands, assertedIdentities } = run.state.memory;
    // Of what the guest has done, nothing is the account's.
    run.state = { ...run.state, memory: { ...emptyMemory("", false), demands, pending, ...(assertedIdentities ? { assertedIdentities } : {}) } };
    run.facts = undefined;
    run.botShown = run.bot;
    run.trace.add("branch", `login ${flow.name}`, "switched");
    await this.hooks.preInitialize(run, flow);
  }
}
