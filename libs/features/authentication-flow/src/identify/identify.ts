import { Injectable } from "@nestjs/common";
import { flowInvalidConfig } from "@gatehouse/domain-errors";
import { currentFlow, type IncomingIdentity, type KnownAccount } from "@gatehouse/domain-flow";
import type { BranchOption } from "../engine/options.js";
import { note, type Run } from "../engine/run.js";
import { ChooseFlow } from "./choose-flow.js";
import { FindUser } from "./find-user.js";
import { RegisterIdentity } from "./register-identity.js";

/** What an identity that has come in means to the flow at work: a user to be found, an identity to be made, or another flow to go on with. */
@Injectable()
export class Identify {
  constructor(
    private readonly find: FindUser,
    private readonly register: RegisterIdentity,
    private readonly choose: ChooseFlow,
  ) {}

  /** Goes on with an identity that is proven as far as its kind needs. */
  async as(run: Run, option: BranchOption, incoming: IncomingIdentity): Promise<void> {
    const { type } = currentFlow(run.state);
    if (type === "signup_login") return this.choose.byIdentity(run, option, incoming);
    if (type === "signup" || type === "promote") return this.register.run(run, option, incoming);
    return this.find.byIdentity(run, option, incoming);
  }

  /** Goes on as the user of a session or an ID token. */
  async asAccount(run: Run, option: BranchOption, account: KnownAccount): Promise<void> {
    if (currentFlow(run.state).type === "signup_login") return this.choose.byAccount(run, option, account);
    return this.find.byAccount(run, option, account);
  }

  /** Answers the identify step of the flow that a run has switched to with what the former flow was told; false when nothing is left over. */
  async replay(run: Run, options: readonly BranchOption[]): Promise<boolean> {
    const { pending, pendingAccount } = run.state.memory;
    const identification = pending?.identification ?? pendingAccount?.identification;
    if (identification === undefined) return false;
    const fits = (option: BranchOption) =>
      option.match.identification === identification && (option.match.alias === undefined || option.match.alias === pending?.details.oauth?.alias);
    const option = options.find(fits) ?? options.find(({ match }) => match.identification === identification);
    note(run, { pending: undefined, pendingAccount: undefined });
    run.state = { ...run.state, identification };
    if (!option) throw flowInvalidConfig();
    if (pending) await this.as(run, option, pending);
    else if (pendingAccount) await this.asAccount(run, option, pendingAccount);
    return true;
  }
}
