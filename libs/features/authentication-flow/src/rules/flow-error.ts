import { botProtectionUnavailable, botProtectionVerificationFailed, passwordPolicyViolated } from "@gatehouse/domain-errors";
import { ApiError } from "@gatehouse/platform-errors-core";

const bare = (error: unknown): boolean => botProtectionVerificationFailed.is(error) || botProtectionUnavailable.is(error);

/** An API error with the flow type in its info, as errors of a reacting step carry it; a type that is there already stays (spec: authentication flow §2.5). */
export function withFlowType(error: unknown, flowType: string): unknown {
  if (
    !(error instanceof ApiError) ||
    bare(error) ||
    (flowType === "account_recovery" && passwordPolicyViolated.is(error)) ||
    (error.reason === "ValidationFailed" && error.message === "invalid value") ||
    error.info?.FlowType
  )
    return error;
  return error.withInfo({ FlowType: flowType });
}
