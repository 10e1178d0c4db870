import { Injectable } from "@nestjs/common";
import { noPublicSignup, passwordResetFailed } from "@gatehouse/domain-errors";
import { checkFlowAllowed, currentFlow, type FlowRef, findFlow, initialState, resumeState } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError, unexpectedError } from "@gatehouse/platform-errors-core";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { FlowTraces, newTraceId, Trace } from "@gatehouse/record-flow-traces";
import { AuthorizationSessions } from "@gatehouse/record-grants";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { Engine } from "../engine/engine.js";
import { type FlowVisitor, note, type Run, type RunRecord } from "../engine/run.js";
import { RunStore } from "../engine/run.store.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import type { RecoveryAttachment } from "../recovery/send-recovery-code.js";
import { withFlowType } from "../rules/flow-error.js";
import { recordFromQuery } from "../rules/record-from-query.js";
import { recoveryStep } from "../rules/recovery-step.js";
import { FindPromotion } from "./find-promotion.js";
import { ReportRefusal } from "./report-refusal.js";

/** What starts a run. */
export interface CreateFlowInput extends FlowVisitor {
  type: FlowRef["type"];
  name: string;
  /** The query string the UI was opened with, without "?". */
  urlQuery?: string;
  batch?: readonly Readonly<Record<string, unknown>>[];
}

const DEFAULT_RECOVERY: FlowRef = { type: "account_recovery", name: "default" };

/** The beginning of a run: where it comes from, whether it may run, and its first step. */
@Injectable()
export class StartRun {
  constructor(
    private readonly engine: Engine,
    private readonly runs: RunStore,
    private readonly authorizationSessions: AuthorizationSessions,
    private readonly promotions: FindPromotion,
    private readonly otp: OneTimePasswords,
    private readonly hooks: FlowHooks,
    private readonly refusals: ReportRefusal,
    private readonly traces: FlowTraces,
  ) {}

  /** A run at its first step. Throws what keeps it from starting. */
  async create(ctx: ProjectContext, input: CreateFlowInput): Promise<Run> {
    const { config } = ctx.project;
    const flow = { type: input.type, name: input.name };
    const steps = findFlow(config, flow);
    const record: RunRecord = { ...this.newRecord(), ...(await recordFromQuery(ctx, this.authorizationSessions, input.urlQuery ?? "")) };
    checkFlowAllowed(
      config,
      config.oauth.clients?.find(({ client_id }) => client_id === record.clientId),
      flow,
    );
    if (flow.type === "signup" && config.authentication.public_signup_disabled) throw noPublicSignup();
    const isNew = flow.type === "signup";
    const state = initialState(flow, steps, { id: isNew ? ctx.newId() : "", isNew });
    const run = makeRun(ctx, { record, state, visitor: input });
    await this.explained(run, async () => {
      if (flow.type === "promote") await this.promote(run);
      await this.hooks.preInitialize(run, flow);
      await this.engine.advance(run);
    });
    return run;
  }

  /** A run that begins at the step which takes the code of a recovery link. Throws `PasswordResetFailed` for an unknown one. */
  async resume(ctx: ProjectContext, code: string, visitor: FlowVisitor): Promise<Run> {
    const found = await this.otp.byLink(ctx, "forgot-password", code);
    const attachment = found?.attachment as RecoveryAttachment | undefined;
    if (!attachment) throw passwordResetFailed({ cause: { kind: "InvalidCode" }, otp_form: "link" });
    const { userId, target } = attachment;
    const { flow, pointer } = this.stepOf(ctx, attachment);
    const state = resumeState(flow, findFlow(ctx.project.config, flow), pointer);
    const run = makeRun(ctx, { record: this.newRecord(), state, visitor });
    note(run, { userId, recovery: { identification: target.identification, loginId: target.loginId, userId, chosen: target, resumed: true } });
    await this.explained(run, () => this.engine.advance(run));
    return run;
  }

  /** Where a link leads: into its own run, or, sent by an administrator, into the default recovery. */
  private stepOf({ project: { config } }: ProjectContext, { flow, pointer, target }: RecoveryAttachment): { flow: FlowRef; pointer: string } {
    if (flow && pointer !== undefined) return { flow, pointer };
    return recoveryStep(DEFAULT_RECOVERY, findFlow(config, DEFAULT_RECOVERY), target.identification);
  }

  /** A run that cannot start leaves its trace, too. */
  private async explained(run: Run, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const known = withFlowType(error, currentFlow(run.state).type);
      if (!isApiError(known)) throw known;
      await this.refusals.report(run, known);
      await this.traces.append(run.ctx, run.record.traceId, run.trace);
      throw known.tracked(run.record.traceId);
    }
  }

  private async promote(run: Run): Promise<void> {
    const found = await this.promotions.run(run.ctx, run.record.loginHint);
    if (!found) throw unexpectedError(new Error("a promotion needs a login hint of an anonymous user"));
    note(run, found);
  }

  private newRecord(): RunRecord {
    return { id: this.runs.newId(), traceId: newTraceId(), channel: `ws_${randomString(32, CROCKFORD)}` };
  }
}

/** One request's work on a run. */
export function makeRun(ctx: ProjectContext, parts: Pick<Run, "record" | "state" | "enumerationExhausted"> & { visitor: FlowVisitor; bot?: Run["bot"] }): Run {
  const { record, bot, visitor } = parts;
  const { state, xState, uiLocales } = record;
  const oauthState = state || xState || uiLocales ? { state, x_state: xState, ui_locales: uiLocales } : ctx.oauthState;
  return {
    ctx: { ...ctx, clientId: record.clientId ?? ctx.clientId, oauthState, request: withLocales(ctx, record) },
    record,
    visitor: { cookies: visitor.cookies, authorization: visitor.authorization },
    trace: new Trace(ctx.now),
    state: parts.state,
    enumerationExhausted: parts.enumerationExhausted,
    ...(bot ? { bot, botShown: bot } : {}),
    reservations: [],
  };
}

/** Messages speak the language of the UI. */
const withLocales = ({ request }: ProjectContext, { uiLocales }: RunRecord): ProjectContext["request"] =>
  uiLocales
    ? {
        ...request,
        locales: uiLocales
          .split(/\s+/)
          .filter((tag) => tag !== "")
          .slice(0, 20),
      }
    : request;
