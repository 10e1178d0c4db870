import type { FlowBranchConfig, FlowConfig, FlowStepConfig } from "@gatehouse/domain-config";
import { branchAt, type FlowRef, type FlowState, findFlow, type RunMemory, remember, stepAt } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Trace } from "@gatehouse/record-flow-traces";
import type { RequestSession } from "@gatehouse/record-sessions";
import type { Bucket, Reservation } from "@gatehouse/service-rate-limit";

/** What a run keeps for its whole life: where it came from and what it is for. */
export interface RunRecord {
  /** Key of the run in Redis and first half of its state tokens. */
  id: string;
  /** Id of its trace, which errors carry as `tracking_id`. */
  traceId: string;
  /** Websocket channel that tells the client to read the state again. */
  channel: string;
  clientId?: string;
  /** Where the finish sends the browser: the consent endpoint of the authorization request. */
  redirectUri?: string;
  /** Id of the authorization request (`x_ref`). */
  authorizationSessionId?: string;
  /** There was such an id, and nothing behind it. */
  unknownAuthorization?: true;
  state?: string;
  xState?: string;
  uiLocales?: string;
  loginHint?: string;
  /** `prompt` of the authorization request. */
  prompt?: string[];
  /** The authorization request asked for no IdP session. */
  suppressIdpSession?: boolean;
  /** The user an `id_token_hint` names, and the hint itself. */
  userIdHint?: string;
  idTokenHint?: string;
}

/** The answer of the bot protection provider; it survives refused inputs. */
export type BotOutcome = "success" | "failed";

/** What the browser brings beside the body. */
export interface FlowVisitor {
  cookies: Readonly<Record<string, string | undefined>>;
  /** The `Authorization` header. */
  authorization?: string;
}

/** One request's work on a run. */
export interface Run {
  readonly ctx: ProjectContext;
  readonly record: RunRecord;
  readonly visitor: FlowVisitor;
  readonly trace: Trace;
  state: FlowState;
  /** The stored user at work, once loaded in this request. */
  facts?: UserFacts;
  /** The session of the request, once looked up; null for none. */
  session?: RequestSession | null;
  /** The limit of failed look-ups is exhausted for this address. */
  enumerationExhausted?: boolean | undefined;
  /** A login id was found in this request, within this limit of failed look-ups: that is told only while the limit has room. */
  lookedUp?: Bucket | undefined;
  bot?: BotOutcome;
  /** The outcome as it was when the request came: what options show. */
  botShown?: BotOutcome;
  /** A message is on its way in this very request. */
  sending?: boolean;
  /** An SMS went out for it; of earlier requests that is known at the finish only. */
  sentSms?: boolean;
  /** Taken from the limits and given back when the input is accepted. */
  readonly reservations: Reservation[];
  /** What the browser is to be told at the finish beside the session cookies. */
  staleDeviceToken?: boolean;
}

/** The flow of a reference. */
export const flowOf = (run: Run, flow: FlowRef): FlowConfig => findFlow(run.ctx.project.config, flow);

/** The configuration of the current step; undefined for a step that hooks inserted. */
export function currentStep(run: Run): FlowStepConfig | undefined {
  const { at } = run.state;
  return at?.pointer === undefined ? undefined : stepAt(flowOf(run, at.flow), at.pointer);
}

/** The configuration of a branch; an empty one for what hooks inserted. */
export const branchOf = (run: Run, { flow, branch }: { flow: FlowRef; branch?: string }): FlowBranchConfig => (branch === undefined ? {} : branchAt(flowOf(run, flow), branch));

/** `{step}`: the name of the current step, if it has one. */
export function stepName(run: Run): { step?: string } {
  const name = currentStep(run)?.name;
  return name ? { step: name } : {};
}

/** Replaces parts of the run's memory. */
export function note(run: Run, more: Partial<RunMemory>): void {
  run.state = remember(run.state, more);
}
