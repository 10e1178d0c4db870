import { Injectable } from "@nestjs/common";
import { flowConfigNotFound, flowNotFound, noPublicSignup, tooManyRequest } from "@gatehouse/domain-errors";
import { checkFlowAllowed, FLOW_TYPES, type FlowState, type FlowType, findFlow, initialState } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ApiError, isApiError } from "@gatehouse/platform-errors-core";
import { AuthorizationSessions } from "@gatehouse/record-grants";
import { type Bucket, perAddressBucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { Engine } from "../engine/engine.js";
import { FinishRun } from "../engine/finish-run.js";
import type { Run, RunRecord } from "../engine/run.js";
import { RunStore } from "../engine/run.store.js";
import type { Input } from "../engine/step.js";
import { recordFromQuery } from "../rules/record-from-query.js";
import type { FlowAnswer, FlowResult } from "./flow-response.js";

/** What the browser brings beside the body. */
export interface FlowVisitor {
  /** The value of the session cookie: the session it names gives way to the new one. */
  sessionToken?: string;
}

/** What starts a run. */
export interface CreateFlowInput extends FlowVisitor {
  type: FlowType;
  name: string;
  /** The query string the UI was opened with, without "?". */
  urlQuery?: string;
  batch?: readonly Input[];
}

const AVAILABLE: readonly FlowType[] = ["signup", "login"];

/** The authentication flow API: create a run, feed it, read it (spec: authentication flow §2). */
@Injectable()
export class RunFlow {
  constructor(
    private readonly engine: Engine,
    private readonly runs: RunStore,
    private readonly finish: FinishRun,
    private readonly limiter: RateLimiter,
    private readonly authorizationSessions: AuthorizationSessions,
  ) {}

  /** Starts a run, and feeds it a batch when one is given. Throws what keeps it from starting. */
  async create(ctx: ProjectContext, input: CreateFlowInput): Promise<FlowAnswer> {
    const { empty } = await this.limit(ctx);
    const run = await this.start(ctx, input, empty);
    const token = await this.runs.save(ctx, { record: run.record, state: run.state, isNew: true, reservations: [] });
    if (!input.batch?.length) return { result: await this.result(run, token), status: 200, cookies: [], finished: false };
    return this.feedAll(run, { token, inputs: input.batch });
  }

  /** Feeds inputs, each to the newest state. Errors come as part of the answer, beside the state of the given token. */
  async feed(ctx: ProjectContext, input: FlowVisitor & { token: string; inputs: readonly Input[] }): Promise<FlowAnswer> {
    const run = await this.load(ctx, input);
    return this.feedAll(run, input);
  }

  /** The state of a token, with its changing parts as they are now. */
  async read(ctx: ProjectContext, token: string): Promise<FlowAnswer> {
    const run = await this.load(ctx, { token });
    return { result: await this.result(run, token), status: 200, cookies: [], finished: false };
  }

  private async start(ctx: ProjectContext, input: CreateFlowInput, empty: readonly Bucket[]): Promise<Run> {
    const { config } = ctx.project;
    const flow = findFlow(config, input.type, input.name);
    if (!AVAILABLE.includes(input.type)) throw flowConfigNotFound();
    const record: RunRecord = { id: this.runs.newId(), ...(await recordFromQuery(ctx, this.authorizationSessions, input.urlQuery ?? "")) };
    checkFlowAllowed(
      config,
      config.oauth.clients?.find(({ client_id }) => client_id === record.clientId),
      input,
    );
    if (input.type === "signup" && config.authentication.public_signup_disabled) throw noPublicSignup();
    const isNew = input.type === "signup";
    const state = initialState({ ...flow, type: input.type }, { id: isNew ? ctx.newId() : "", isNew });
    const run: Run = { ctx: withClient(ctx, record), record, flow, state, enumerationExhausted: empty.length > 0, sessionToken: input.sessionToken, reservations: [] };
    await this.engine.advance(run);
    return run;
  }

  private async load(ctx: ProjectContext, input: FlowVisitor & { token: string }): Promise<Run> {
    const { record, state, empty } = await this.limited(() => this.runs.load(ctx, input.token, flowBuckets(ctx)));
    const flow = findFlow(ctx.project.config, state.flowType, state.flowName);
    return { ctx: withClient(ctx, record), record, flow, state, enumerationExhausted: empty.length > 0, sessionToken: input.sessionToken, reservations: [] };
  }

  private async feedAll(run: Run, { token, inputs }: { token: string; inputs: readonly Input[] }): Promise<FlowAnswer> {
    const before: FlowState = run.state;
    const cookies: FlowAnswer["cookies"] = [];
    let newest = token;
    try {
      for (const input of inputs) {
        if (this.engine.isFinished(run)) throw flowNotFound();
        await this.engine.feed(run, input);
        if (this.engine.isFinished(run)) {
          const finished = await this.finish.run(run);
          cookies.push(...finished.cookies);
          return { result: { ...named(run), action: { type: "finished", data: finished.data } }, status: 200, cookies, finished: true };
        }
        newest = await this.runs.save(run.ctx, { record: run.record, state: run.state, isNew: false, reservations: run.reservations.splice(0) });
      }
      return { result: await this.result(run, newest), status: 200, cookies, finished: false };
    } catch (error) {
      if (!isApiError(error)) throw error;
      return this.refused({ ...run, state: before }, token, error);
    }
  }

  private async refused(run: Run, token: string, error: ApiError): Promise<FlowAnswer> {
    const result = error.reason === "AuthenticationFlowNotFound" ? {} : { result: await this.result(run, token) };
    return { ...result, error: error.toJSON(), status: error.status, cookies: [], finished: false };
  }

  private async result(run: Run, token: string): Promise<FlowResult> {
    return { state_token: token, ...named(run), action: await this.engine.action(run) };
  }

  private async limit(ctx: ProjectContext): Promise<{ empty: readonly Bucket[] }> {
    await this.limited(() =>
      this.limiter.consume(
        ctx,
        flowBuckets(ctx).filter(({ weight }) => weight !== 0),
      ),
    );
    return { empty: [] };
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

const named = (run: Run): { type: string; name: string } => ({ type: run.state.flowType, name: run.state.flowName });

/** The limit of the endpoint, and a look at the limit of failed look-ups. */
function flowBuckets(ctx: ProjectContext): Bucket[] {
  const limits = (ctx.project.config.authentication_flow as { rate_limits?: { per_ip?: Bucket["config"] } }).rate_limits;
  return [
    { name: "AuthflowAPIPerIP", args: [ctx.request.ip], config: limits?.per_ip },
    { ...perAddressBucket(ctx, "account_enumeration"), weight: 0 },
  ];
}

/** The context of the run's client, so that events name it. */
function withClient(ctx: ProjectContext, record: RunRecord): ProjectContext {
  const oauthState = record.state || record.xState ? { state: record.state, x_state: record.xState } : undefined;
  return { ...ctx, clientId: record.clientId ?? ctx.clientId, oauthState: oauthState ?? ctx.oauthState };
}

/** Whether a text is a flow type. */
export const isFlowType = (text: string): text is FlowType => (FLOW_TYPES as readonly string[]).includes(text);
