import { ApiError } from "@gatehouse/platform-errors-core";

/** An API error with the flow type in its info, as every error of a reacting step carries it. */
export function withFlowType(error: unknown, flowType: string): unknown {
  return error instanceof ApiError && error.reason !== "ValidationFailed" ? error.withInfo({ FlowType: flowType }) : error;
}
