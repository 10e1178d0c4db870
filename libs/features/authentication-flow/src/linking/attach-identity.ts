import { Injectable } from "@nestjs/common";
import { flowInvalidConfig } from "@gatehouse/domain-errors";
import { enterBranch, type FlowRef, type Identified, type NewAuthenticator, type UsedAuthenticator } from "@gatehouse/domain-flow";
import type { Identity } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { prove } from "../engine/memory.js";
import { branchOf, note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import { IdentityConflicts } from "./identity-conflicts.js";

/** What tells whether a user has an identity of a kind already: the type of a login id, the alias of a social login. */
const kindOfIdentity = (one: { type: Identity["type"]; loginIdType?: string | null; alias?: string }): string => [one.type, one.loginIdType ?? "", one.alias ?? ""].join("\n");
const kindOfStored = (one: Identity): string => kindOfIdentity({ type: one.type, loginIdType: one.loginIdType, alias: one.details.oauth?.alias });

/** The login of account linking is done: the new identity, and what the sign-up had made before it, become the user's (spec: authentication flow §8.5). */
@Injectable()
export class AttachIdentity {
  constructor(
    private readonly users: RunUsers,
    private readonly conflicts: IdentityConflicts,
    private readonly hooks: FlowHooks,
  ) {}

  async run(run: Run, flow: FlowRef): Promise<void> {
    const { linking, userId, identified: known } = run.state.memory;
    if (!linking || linking.userId !== userId || known.length <= linking.identifiedBefore) throw flowInvalidConfig();
    const facts = await this.users.stored(run);
    const identity = await this.conflicts.acceptable(run, linking.incoming);
    this.keepWhatIsNew(run, facts, linking.usedBefore);
    const { identification } = linking.incoming;
    const identified: Identified = { ...(linking.step ? { step: linking.step } : {}), identification, created: identity, claims: identity.claims };
    note(run, { linking: undefined, linkedUser: true, identified: [...run.state.memory.identified, identified] });
    prove(run, linking.incoming.verified);
    const option = { flow: linking.flow, ...(linking.branch === undefined ? {} : { branch: linking.branch }) };
    run.state = enterBranch(
      { ...run.state, identification, at: { flow, type: "identify" } },
      { flow: linking.flow, pointer: linking.branch ?? "", steps: branchOf(run, option).steps },
    );
    run.trace.add("branch", identification, "linked");
    await this.hooks.postIdentified(run, identified);
  }

  /** What was made before the conflict is dropped where the user has one of its kind, and what was filled in for a new user; recovery codes come with a first second factor. */
  private keepWhatIsNew(run: Run, facts: UserFacts, before: readonly UsedAuthenticator[]): void {
    const { memory } = run.state;
    const had = new Set(facts.identities.map(kindOfStored));
    const isNew = ({ created }: Identified) =>
      created === undefined || !had.has(kindOfIdentity({ type: created.type, loginIdType: created.loginId?.type, alias: created.details.oauth?.alias }));
    const lacks = ({ type, kind }: NewAuthenticator) => !facts.authenticators.some((one) => one.type === type && one.kind === kind);
    const isKept = ({ id }: { id: string }) => {
      const made = memory.newAuthenticators.find((one) => one.id === id);
      return made === undefined || lacks(made) || !before.some((used) => used.id === id);
    };
    const newAuthenticators = memory.newAuthenticators.filter(isKept);
    const wantsCodes = !facts.recoveryCodes && newAuthenticators.some(({ kind }) => kind === "secondary");
    note(run, {
      identified: memory.identified.filter(isNew),
      newAuthenticators,
      used: [...memory.used, ...before.filter(isKept)],
      profile: undefined,
      attributes: undefined,
      recoveryCodes: wantsCodes ? memory.recoveryCodes : undefined,
    });
  }
}
