import { Injectable } from "@nestjs/common";
import { passwordResetFailed, tooManyRequest } from "@gatehouse/domain-errors";
import { currentFlow, type FlowState, type FlowType } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ApiError, isApiError, unexpectedError } from "@gatehouse/platform-errors-core";
import { FlowTraces } from "@gatehouse/record-flow-traces";
import { uiCookie } from "@gatehouse/record-sessions";
import { type Bucket, perAddressBucket, RateLimiter, refusal } from "@gatehouse/service-rate-limit";
import { Engine } from "../engine/engine.js";
import type { FlowVisitor, Run } from "../engine/run.js";
import { RunStore } from "../engine/run.store.js";
import type { Input } from "../engine/step.js";
import { FinishRun } from "../finish/finish-run.js";
import { ReportRefusal } from "./report-refusal.js";
import type { FlowAnswer, FlowResult } from "./flow-response.js";
import { type CreateFlowInput, makeRun, StartRun } from "./start-run.js";

/** The authentication flow API: create a run, feed it, read it (spec: authentication flow §2). */
@Injectable()
export class RunFlow {
  constructor(
    private readonly engine: Engine,
    private readonly runs: RunStore,
    private readonly starting: StartRun,
    private readonly finish: FinishRun,
    private readonly limiter: RateLimiter,
    private readonly refusals: ReportRefusal,
    private readonly traces: FlowTraces,
  ) {}

  /** Starts a run, and feeds it a batch when one is given. An authorization request that is gone is forgotten by the browser, too. Throws what keeps the run from starting. */
  async create(ctx: ProjectContext, input: CreateFlowInput): Promise<FlowAnswer> {
    await this.limited(() => this.limiter.consume(ctx, [flowBucket(ctx)]));
    const run = await this.starting.create(ctx, input);
    const answer = await this.begin(run, input.batch ?? []);
    return run.record.unknownAuthorization ? { ...answer, cookies: [...answer.cookies, uiCookie(ctx, { suffix: "oauth_ui", value: "", maxAge: 0 })] } : answer;
  }

  private async begin(run: Run, inputs: readonly Input[]): Promise<FlowAnswer> {
    if (this.engine.isFinished(run)) return this.finished(run);
    const token = await this.runs.save(run, true);
    return inputs.length > 0 ? this.feedAll(run, { token, inputs }) : this.answer(run, token);
  }

  /** Feeds inputs, each to the newest state. Errors come as part of the answer, beside the state of the given token. */
  async feed(ctx: ProjectContext, input: FlowVisitor & { token: string; inputs: readonly Input[] }): Promise<FlowAnswer> {
    const [first] = input.inputs;
    const code = first?.account_recovery_code;
    if (input.token === "" && typeof code === "string") return this.feedLink(ctx, { ...input, code });
    return this.feedAll(await this.load(ctx, input), input);
  }

  /** The state of a token, with its changing parts as they are now. */
  async read(ctx: ProjectContext, input: FlowVisitor & { token: string }): Promise<FlowAnswer> {
    return this.answer(await this.load(ctx, input), input.token);
  }

  /** A recovery link was opened: a run is made at the step that takes its code (spec: authentication flow §6.16). */
  private async feedLink(ctx: ProjectContext, input: FlowVisitor & { code: string; inputs: readonly Input[] }): Promise<FlowAnswer> {
    await this.limited(() => this.limiter.consume(ctx, [flowBucket(ctx)]));
    if (input.code.length > 200) throw passwordResetFailed({ cause: { kind: "InvalidCode" }, otp_form: "link" });
    const run = await this.starting.resume(ctx, input.code, input);
    return this.feedAll(run, { token: await this.runs.save(run, true), inputs: input.inputs });
  }

  private async load(ctx: ProjectContext, input: FlowVisitor & { token: string }): Promise<Run> {
    const { record, state, bot, empty } = await this.limited(() => this.runs.load(ctx, input.token, flowBuckets(ctx)));
    return makeRun(ctx, { record, state, visitor: input, enumerationExhausted: empty.length > 0, ...(bot ? { bot } : {}) });
  }

  private async feedAll(run: Run, { token, inputs }: { token: string; inputs: readonly Input[] }): Promise<FlowAnswer> {
    const before: FlowState = run.state;
    let newest = token;
    try {
      for (const input of inputs) {
        await this.engine.feed(run, input);
        if (this.engine.isFinished(run)) return await this.finished(run);
        newest = await this.runs.save(run, false);
      }
      return await this.answer(run, newest);
    } catch (error) {
      const known = await this.discreet(run, this.known(run, error), currentFlow(before).type);
      return this.refused({ ...run, state: before, facts: undefined, sending: undefined }, token, known);
    }
  }

  private async finished(run: Run): Promise<FlowAnswer> {
    const { data, cookies } = await this.finish.run(run);
    return { result: { ...named(run.state.root), action: { type: "finished", data } }, status: 200, cookies, finished: true };
  }

  private async refused(run: Run, token: string, error: ApiError): Promise<FlowAnswer> {
    await this.refusals.report(run, error);
    await this.traces.append(run.ctx, run.record.traceId, run.trace);
    const result = error.reason === "AuthenticationFlowNotFound" ? {} : { result: await this.result(run, token) };
    return { ...result, error: { ...error.toJSON(), tracking_id: run.record.traceId }, status: error.status, cookies: [], finished: false };
  }

  /** Look-ups at the same time are as many as they are: once they are used up, no error tells that one of them found somebody. */
  private async discreet(run: Run, error: ApiError, type: FlowType): Promise<ApiError> {
    const { lookedUp } = run;
    if (!lookedUp || (error.info?.bucket_name !== lookedUp.name && !(await this.limiter.wouldRefuse(run.ctx, lookedUp)))) return error;
    return refusal(lookedUp).withInfo({ FlowType: type });
  }

  /** An error that may be shown; anything else is logged under the id that the client is told. */
  private known({ ctx, record }: Run, error: unknown): ApiError {
    if (isApiError(error)) return error;
    ctx.log.error({ err: error, tracking_id: record.traceId }, "An authentication flow failed.");
    return unexpectedError(error);
  }

  private async answer(run: Run, token: string): Promise<FlowAnswer> {
    return { result: await this.result(run, token), status: 200, cookies: [], finished: false };
  }

  private async result(run: Run, token: string): Promise<FlowResult> {
    return { state_token: token, ...named(currentFlow(run.state)), action: await this.engine.action(run) };
  }

  /** The flow API's own limit answers in its own words. */
  private async limited<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isApiError(error) && error.info?.bucket_name === "AuthflowAPIPerIP" ? tooManyRequest() : error;
    }
  }
}

const named = ({ type, name }: { type: string; name: string }): { type: string; name: string } => ({ type, name });

/** The limit of the endpoints. */
const flowBucket = (ctx: ProjectContext): Bucket => ({ name: "AuthflowAPIPerIP", args: [ctx.request.ip], config: ctx.project.config.authentication_flow.rate_limits.per_ip });

/** The limit of the endpoints, and a look at the limit of failed look-ups. */
const flowBuckets = (ctx: ProjectContext): Bucket[] => [flowBucket(ctx), { ...perAddressBucket(ctx, "account_enumeration"), peek: true }];
