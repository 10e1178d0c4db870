import { Injectable } from "@nestjs/common";
import { noPublicSignup } from "@gatehouse/domain-errors";
import { type FlowRef, type IncomingIdentity, type KnownAccount, switchFlow } from "@gatehouse/domain-flow";
import type { BranchOption } from "../engine/options.js";
import { branchOf, flowOf, note, type Run } from "../engine/run.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import { FindUser } from "./find-user.js";

/** `signup_login`: whether somebody signs up or logs in follows from whether he is known (spec: authentication flow §7). */
@Injectable()
export class ChooseFlow {
  constructor(
    private readonly users: FindUser,
    private readonly hooks: FlowHooks,
  ) {}

  /** Goes on with the branch's login flow for a known identity, else with its sign-up flow. */
  async byIdentity(run: Run, option: BranchOption, incoming: IncomingIdentity): Promise<void> {
    const { login_flow = "default", signup_flow = "default" } = branchOf(run, option);
    if (await this.users.lookUp(run, incoming)) return this.become(run, { type: "login", name: login_flow }, { pending: incoming });
    await this.users.spendLookUp(run, incoming);
    if (incoming.type === "passkey") throw await this.users.notFound(run, incoming);
    if (run.ctx.project.config.authentication.public_signup_disabled) throw noPublicSignup();
    note(run, { userId: run.ctx.newId(), isNewUser: true });
    await this.become(run, { type: "signup", name: signup_flow }, { pending: incoming });
  }

  /** An account is known already: it logs in. */
  async byAccount(run: Run, option: BranchOption, account: KnownAccount): Promise<void> {
    const { login_flow = "default" } = branchOf(run, option);
    await this.become(run, { type: "login", name: login_flow }, { pendingAccount: account });
  }

  private async become(run: Run, flow: FlowRef, pending: { pending?: IncomingIdentity; pendingAccount?: KnownAccount }): Promise<void> {
    run.state = switchFlow(run.state, flow, flowOf(run, flow));
    note(run, pending);
    run.botShown = run.bot;
    run.trace.add("branch", `${flow.type} ${flow.name}`, "switched");
    await this.hooks.preInitialize(run, flow);
  }
}
