import { Injectable } from "@nestjs/common";
import { flowNoUser } from "@gatehouse/domain-errors";
import type { Waiting } from "@gatehouse/domain-flow";
import { Database } from "@gatehouse/platform-postgres";
import { SessionStore } from "@gatehouse/record-sessions";
import { note, type Run } from "../engine/run.js";
import type { Reactor, Step } from "../engine/step.js";

interface TerminateWaiting extends Waiting {
  kind: "terminate_other_sessions";
}

/** `terminate_other_sessions` of login: a client that allows one session asks before it ends the others (spec: authentication flow §6.12). */
@Injectable()
export class TerminateOtherSessionsStep implements Step {
  readonly type = "terminate_other_sessions";
  readonly reactors = {
    terminate_other_sessions: {
      schema: () => ({ type: "object", properties: { confirm_terminate_other_sessions: { const: true } }, required: ["confirm_terminate_other_sessions"] }),
      react: (run) => note(run, { terminateOthers: true }),
      data: () => ({}),
    } satisfies Reactor<TerminateWaiting>,
  };

  constructor(
    private readonly db: Database,
    private readonly sessions: SessionStore,
  ) {}

  async enter(run: Run): Promise<void> {
    const { clientId } = run.record;
    const client = run.ctx.project.config.oauth.clients?.find(({ client_id }) => client_id === clientId);
    if (clientId === undefined || client?.x_max_concurrent_session !== 1) return;
    const { userId, continuedSession } = run.state.memory;
    if (userId === "") throw flowNoUser();
    if (!(await this.db.read((tx) => this.sessions.hasGrants(run.ctx, tx, { userId, clientId, except: continuedSession?.id })))) return;
    const waiting: TerminateWaiting = { kind: "terminate_other_sessions" };
    run.state = { ...run.state, waiting };
  }
}
