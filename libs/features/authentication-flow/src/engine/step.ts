import type { FlowStepConfig } from "@gatehouse/domain-config";
import type { Waiting } from "@gatehouse/domain-flow";
import type { Run } from "./run.js";

/** A JSON schema, written by hand; it is compiled once per shape. */
export type JsonSchema = Readonly<Record<string, unknown>>;
/** An input that has passed its schema. */
export type Input = Readonly<Record<string, unknown>>;

/** Answers an input: its schema, what it does, and what the client is shown while it is awaited. */
export interface Reactor<W extends Waiting = Waiting> {
  schema(run: Run, waiting: W): JsonSchema;
  react(run: Run, waiting: W, input: Input): Promise<void> | void;
  data(run: Run, waiting: W): Promise<Record<string, unknown>> | Record<string, unknown>;
}

/** A part of the engine that answers inputs, by the `kind` of what is waited for. */
export interface Reacting {
  readonly reactors?: Readonly<Record<string, Reactor<never>>>;
}

/** A step of the configuration: entering it sets what the run waits for, or leaves the run to advance. */
export interface Step extends Reacting {
  /** `type` of the configuration, or `<flow type>:<type>` where a flow type has a step of its own. */
  readonly type: string;
  enter(run: Run, step: FlowStepConfig): Promise<void> | void;
}
