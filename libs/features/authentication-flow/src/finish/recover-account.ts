import { Injectable } from "@nestjs/common";
import { passwordResetFailed } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import type { Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import { stillReaches } from "../rules/still-reaches.js";
import { ApplyChanges } from "./apply-changes.js";
import type { Outcome } from "./outcome.js";

/** The end of an account recovery: the password is another one; nobody is signed in (spec: authentication flow §6.17). */
@Injectable()
export class RecoverAccount {
  constructor(
    private readonly db: Database,
    private readonly users: RunUsers,
    private readonly changes: ApplyChanges,
  ) {}

  async run(run: Run): Promise<Outcome> {
    const facts = await this.users.stored(run);
    const { chosen } = run.state.memory.recovery ?? {};
    if (chosen && !stillReaches(facts, chosen)) throw passwordResetFailed({ cause: { kind: "InvalidCode" }, otp_form: chosen.form });
    await this.db.transaction((tx) => this.changes.existingUser(run, tx, { before: facts, after: facts }));
    return { userId: facts.user.id, createdUser: false, amr: [], authenticatedAt: run.ctx.now() };
  }
}
