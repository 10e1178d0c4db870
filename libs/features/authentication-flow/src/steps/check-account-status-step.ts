import { Injectable } from "@nestjs/common";
import { flowNoUser } from "@gatehouse/domain-errors";
import { accountStatusError } from "@gatehouse/domain-user";
import type { Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Step } from "../engine/step.js";

/** `check_account_status` of login: a user who may not sign in is told so only after he proved who he is (spec: authentication flow §13.3). */
@Injectable()
export class CheckAccountStatusStep implements Step {
  readonly type = "check_account_status";

  constructor(private readonly users: RunUsers) {}

  async enter(run: Run): Promise<void> {
    if (run.state.memory.userId === "") throw flowNoUser();
    const error = accountStatusError((await this.users.stored(run)).user.status, run.ctx.now());
    if (error) throw error;
  }
}
