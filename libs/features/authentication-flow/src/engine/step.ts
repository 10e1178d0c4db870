import type { FlowStepConfig } from "@gatehouse/domain-config";
import type { Waiting } from "@gatehouse/domain-flow";
import type { Run } from "./run.js";

/** A JSON schema, written by hand; it is compiled once per shape. */
export type JsonSchema = Readonly<Record<string, unknown>>;
/** An input that has passed its schema. */
export type Input = Readonly<Record<string, unknown>>;

/** Starts a step of the configuration: sets what the run waits for, or leaves the run to advance. */
export interface Step {
  enter(run: Run, step: FlowStepConfig): Promise<void>;
}

/** Answers an input: its schema, what it does, and what the client is shown while it is awaited. */
export interface Reactor<W extends Waiting = Waiting> {
  schema(run: Run, waiting: W): JsonSchema;
  react(run: Run, waiting: W, input: Input): Promise<void>;
  data(run: Run, waiting: W): Promise<Record<string, unknown>> | Record<string, unknown>;
}
