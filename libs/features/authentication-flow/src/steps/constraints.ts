import { Injectable } from "@nestjs/common";
import { amrOf } from "@gatehouse/domain-authenticator";
import { invariantViolated } from "@gatehouse/domain-errors";
import { type Authentication, type FlowRef, type Todo, unmetAmr } from "@gatehouse/domain-flow";
import type { FlowBranchConfig } from "@gatehouse/domain-config";
import { splitAuthentication } from "../engine/memory.js";
import type { Asked } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import { FlowHooks } from "../guards/flow-hooks.js";
import { AuthenticateStep } from "./authenticate-step.js";
import { OfferEnrolment } from "./offer-enrolment.js";

const amrOfMethod = (authentication: Authentication): string[] => (authentication === "recovery_code" ? ["x_recovery_code"] : amrOf(splitAuthentication(authentication)));

/** Steps that hooks insert: until the run's `amr` holds what they demanded, another factor is asked for (spec: authentication flow §3.7). */
@Injectable()
export class Constraints {
  constructor(
    private readonly hooks: FlowHooks,
    private readonly authenticate: AuthenticateStep,
    private readonly enrolment: OfferEnrolment,
  ) {}

  /** Nothing in a list of steps authenticates any more: hooks are asked, and what they demand is looked at. */
  async ask(run: Run, flow: FlowRef): Promise<void> {
    await this.hooks.preAuthenticated(run, flow);
    await this.check(run, flow);
  }

  /** Asks for one more factor while a demand is not met. Throws `NoAuthenticator` when nothing could meet it. */
  async check(run: Run, flow: FlowRef): Promise<void> {
    const unmet = unmetAmr(run.state.memory);
    if (unmet.length === 0) return;
    const fits = (authentication: Authentication) => (unmet.length === 1 && unmet[0] === "mfa") || amrOfMethod(authentication).some((value) => unmet.includes(value));
    run.trace.add("step", `amr ${unmet.join(" ")}`, "demanded");
    const makes = flow.type === "signup" || flow.type === "promote";
    const after: Todo[] = [...(makes && !this.withoutRecoveryCodes(run) ? [{ do: "recovery_codes", flow } as const] : []), { do: "constraints", flow }];
    run.state = { ...run.state, todo: [...after, ...run.state.todo], at: { flow, type: makes ? "create_authenticator" : "authenticate" } };
    const asked = this.asked(run, flow);
    if (!makes) return this.authenticate.demand(run, asked, fits);
    const fitting = asked.filter(({ config }) => fits(config.authentication as Authentication));
    if (!this.enrolment.offer(run, fitting)) throw invariantViolated("NoAuthenticator", "no authenticator");
  }

  private asked(run: Run, flow: FlowRef): Asked[] {
    const { config } = run.ctx.project;
    const requirements: Partial<Record<string, FlowBranchConfig["bot_protection"]>> = config.bot_protection.requirements ?? {};
    const demanded = (method: string) => (flow.type !== "login" && method.startsWith("oob_otp") && requirements[method] ? { bot_protection: requirements[method] } : {});
    const methods: FlowBranchConfig[] = config.authentication.secondary_authenticators.map((method) => ({ authentication: `secondary_${method}`, ...demanded(method) }));
    if (flow.type === "login" && !this.withoutRecoveryCodes(run)) methods.push({ authentication: "recovery_code" });
    return methods.map((config) => ({ config, flow }));
  }

  private withoutRecoveryCodes({ ctx }: Run): boolean {
    return ctx.project.config.authentication.recovery_code.disabled;
  }
}
