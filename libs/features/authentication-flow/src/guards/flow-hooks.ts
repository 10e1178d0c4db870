import { Injectable } from "@nestjs/common";
import {
  authenticationPostIdentified,
  authenticationPreAuthenticated,
  authenticationPreInitialize,
  type EventAuthentication,
  type EventAuthenticationContext,
  type EventIdentification,
  type GatehouseEvent,
} from "@gatehouse/domain-events";
import { amrOfRun, currentFlow, type FlowRef, type HookDemands, type Identified, type RunMemory } from "@gatehouse/domain-flow";
import { authenticatorModel, identityModel, type UserFacts, userModel } from "@gatehouse/domain-user";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";

const WITHOUT: readonly string[] = ["account_recovery"];

/** The blocking events of a run, and what their handlers demand of it (spec: authentication flow §3.7; events and hooks §6.4 to §6.6). */
@Injectable()
export class FlowHooks {
  constructor(
    private readonly hooks: BlockingHooks,
    private readonly users: RunUsers,
  ) {}

  /** Asked first of all when a flow starts. */
  async preInitialize(run: Run, flow: FlowRef): Promise<void> {
    if (WITHOUT.includes(flow.type) || !this.hooks.hasHandlers(run.ctx, authenticationPreInitialize.entry.type)) return;
    await this.ask(run, authenticationPreInitialize({ authentication_context: await this.context(run, flow) }));
  }

  /** Asked after each identification. */
  async postIdentified(run: Run, identified: Identified): Promise<void> {
    const flow = currentFlow(run.state);
    if (WITHOUT.includes(flow.type) || !this.hooks.hasHandlers(run.ctx, authenticationPostIdentified.entry.type)) return;
    const user = await this.user(run);
    await this.ask(run, authenticationPostIdentified({ identification: identification(identified, user), authentication_context: await this.context(run, flow) }));
  }

  /** Asked at the end of a list of steps, when nothing in it authenticates any more. */
  async preAuthenticated(run: Run, flow: FlowRef): Promise<void> {
    if (!this.hooks.hasHandlers(run.ctx, authenticationPreAuthenticated.entry.type)) return;
    await this.ask(run, authenticationPreAuthenticated({ authentication_context: await this.context(run, flow) }));
  }

  private async ask(run: Run, event: GatehouseEvent): Promise<void> {
    const outcome = await run.trace.timed("hook", event.type, () => this.hooks.run(run.ctx, event));
    // Handlers take their time, and may themselves have changed the user.
    this.users.forget(run);
    const demands: HookDemands = { ...run.state.memory.demands };
    if (outcome.constraints) demands.amr = outcome.constraints.amr ?? [];
    if (outcome.botProtection) demands.botProtection = outcome.botProtection.mode;
    if (outcome.rateLimits) demands.weights = Object.fromEntries(Object.entries(outcome.rateLimits).map(([name, limit]) => [name, limit?.weight ?? 0]));
    note(run, { demands });
  }

  private async user(run: Run): Promise<UserFacts | undefined> {
    return run.state.memory.userId === "" ? undefined : this.users.current(run);
  }

  private async context(run: Run, flow: FlowRef): Promise<EventAuthenticationContext> {
    const { memory } = run.state;
    const user = await this.user(run);
    const known = memory.isNewUser && memory.identified.length === 0 ? undefined : user;
    return {
      authentication_flow: { type: flow.type, name: flow.name },
      user: known ? userModel(run.ctx.project.config, known, run.ctx.now()) : null,
      asserted_identifications: identifications(memory, user),
      asserted_authentications: authentications(memory, user),
      amr: amrOfRun(memory),
    };
  }
}

/** Each identity and each ID token once. */
function identifications({ identified }: RunMemory, user: UserFacts | undefined): EventIdentification[] {
  const named = identified.map((one) => identification(one, user)).filter(({ identity, id_token }) => identity !== null || id_token !== null);
  return firsts(named, ({ identity, id_token }) => identity?.id ?? id_token);
}

/** What was proven, and what was made: each authenticator once. */
function authentications({ asserted, newAuthenticators }: RunMemory, user: UserFacts | undefined): EventAuthentication[] {
  const made = newAuthenticators.map(({ id, kind, type }) => ({ authentication: `${kind}_${type}`, authenticatorId: id }));
  const all = [...asserted, ...made].map(({ authentication, authenticatorId }) => {
    const authenticator = user?.authenticators.find(({ id }) => id === authenticatorId);
    return { authentication, authenticator: authenticator ? authenticatorModel(authenticator) : null };
  });
  return firsts(all, ({ authenticator }) => authenticator?.id);
}

/** The first of those with one id, and all without. */
const firsts = <T>(all: readonly T[], idOf: (one: T) => string | null | undefined): T[] =>
  all.filter((one, index) => !idOf(one) || all.findIndex((other) => idOf(other) === idOf(one)) === index);

function identification({ identification: kind, identityId, created, idToken }: Identified, user: UserFacts | undefined): EventIdentification {
  const identity = user?.identities.find(({ id }) => id === (identityId ?? created?.id));
  return { identification: kind, identity: identity ? identityModel(identity) : null, id_token: idToken ?? null };
}
