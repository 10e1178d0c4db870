import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { flowInvalidTargetStep, flowStepNotFound } from "@gatehouse/domain-errors";
import type { ProvenClaim } from "@gatehouse/domain-flow";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { addressType, claimOf, isProven } from "../engine/memory.js";
import { flowOf, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Step } from "../engine/step.js";
import { AskCode } from "../methods/oob-otp/ask-code.js";
import { findStep } from "../rules/find-step.js";

/** Steps that make an identity or an authenticator. */
const MAKING: readonly string[] = ["identify", "create_authenticator"];

/** `verify` of sign-up: the address of an earlier step is proven by a code (spec: authentication flow §6.8). */
@Injectable()
export class VerifyStep implements Step {
  readonly type = "verify";

  constructor(
    private readonly otp: OneTimePasswords,
    private readonly codes: AskCode,
    private readonly users: RunUsers,
  ) {}

  async enter(run: Run, step: FlowStepConfig): Promise<void> {
    const claims = targetClaims(run, step.target_step ?? "");
    if (claims.length > 1) throw flowInvalidTargetStep({ target_step: step.target_step ?? "" });
    const [claim] = claims;
    if (!claim || !(await this.isWanted(run, claim))) return run.trace.add("step", step.name ?? "verify", "skipped");
    const channels = this.otp.channelsOf(run.ctx, addressType(claim.value));
    await this.codes.start(run, { purpose: "verification", target: claim.value, channels, form: "code", outcome: { kind: "verify" } });
  }

  /** Proven in this run, or before by the user that it was linked to, is proven. */
  private async isWanted(run: Run, claim: ProvenClaim): Promise<boolean> {
    const rules = run.ctx.project.config.verification.claims?.[claim.name];
    return rules?.enabled !== false && !isProven((await this.users.current(run)).verified, claim);
  }
}

/**
 * The claims that can be verified of what a step made. Throws `AuthenticationFlowStepNotFound` when no such step has run, and `AuthenticationFlowInvalidTargetStep` when
 * the step of that name makes nothing.
 */
function targetClaims(run: Run, name: string): ProvenClaim[] {
  const { identified, newAuthenticators, skipped } = run.state.memory;
  const identity = identified.findLast(({ step }) => step === name);
  const authenticator = newAuthenticators.findLast(({ step }) => step === name);
  if (identity) {
    const { email, phone_number } = identity.claims;
    return [...(email ? [{ name: "email" as const, value: email }] : []), ...(phone_number ? [{ name: "phone_number" as const, value: phone_number }] : [])];
  }
  if (authenticator) return authenticator.target ? [claimOf(authenticator.target)] : [];
  if (skipped.includes(name)) return [];
  const step = findStep(flowOf(run, run.state.at?.flow ?? run.state.root), name);
  if (step && !MAKING.includes(step.type)) throw flowInvalidTargetStep({ target_step: name });
  throw flowStepNotFound();
}
