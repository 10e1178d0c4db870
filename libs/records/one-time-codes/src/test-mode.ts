import { createHash } from "node:crypto";
import type { ProjectContext } from "@gatehouse/domain-project";
import { RE2JS } from "re2js";
import type { OtpChannel, OtpRequest } from "./code-target.js";

interface Rule {
  regex: string;
  fixed_code?: string;
  suppressed?: boolean;
}

/** RE2 takes linear time, whatever a project's developers wrote; an expression it refuses matches nothing. */
const matches = (regex: string, target: string): boolean => {
  try {
    return RE2JS.compile(regex).matcher(target).find();
  } catch {
    return false;
  }
};

function ruleFor(ctx: ProjectContext, key: "oob_otp" | OtpChannel, target: string): Rule | undefined {
  const mode = ctx.project.config.test_mode[key];
  return mode?.enabled ? mode.rules?.find(({ regex }) => matches(regex, target)) : undefined;
}

/** The code that test mode fixes, if any: by the first of the project's rules that matches, else for the whole plan (spec: messaging §2.4). */
export function fixedCode(ctx: ProjectContext, { target, form, userId }: Pick<OtpRequest, "target" | "form" | "userId">): string | undefined {
  const { fixed_oob_otp, deterministic_link_otp } = ctx.project.features.test_mode;
  if (form === "link") return deterministic_link_otp?.enabled && userId !== "" ? createHash("md5").update(userId).digest("hex") : undefined;
  return ruleFor(ctx, "oob_otp", target)?.fixed_code ?? (fixed_oob_otp?.enabled ? fixed_oob_otp.code : undefined);
}

/** Whether the project's test mode drops a message; then neither limits nor a provider are asked. */
export const isSuppressedByProject = (ctx: ProjectContext, channel: OtpChannel, target: string): boolean => ruleFor(ctx, channel, target)?.suppressed === true;

/** Whether a message is dropped by the project's test mode, or by the plan's (which counts it all the same). */
export const isSuppressed = (ctx: ProjectContext, channel: OtpChannel, target: string): boolean =>
  isSuppressedByProject(ctx, channel, target) || ctx.project.features.test_mode[channel].suppressed;
