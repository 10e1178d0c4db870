import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { RE2JS } from "re2js";

interface Rule {
  regex: string;
  suppressed?: boolean;
}
type Modes = Partial<Record<MessageJob["channel"], { enabled?: boolean; suppressed?: boolean; rules?: readonly Rule[] }>>;

/** RE2 takes linear time, whatever a project's developers wrote; an expression it refuses matches nothing. */
const matches = (regex: string, target: string): boolean => {
  try {
    return RE2JS.compile(regex).matcher(target).find();
  } catch {
    return false;
  }
};

/** Whether test mode holds a message back: by the first of the project's rules that matches, or for the whole plan (spec: messaging §2.4). */
export function isSuppressed(ctx: ProjectContext, job: Pick<MessageJob, "channel" | "to">): boolean {
  const project = (ctx.project.config.test_mode as Modes | undefined)?.[job.channel];
  const rule = project?.enabled ? project.rules?.find(({ regex }) => matches(regex, job.to)) : undefined;
  const plan = (ctx.project.features as { test_mode?: Modes }).test_mode?.[job.channel];
  return rule?.suppressed === true || plan?.suppressed === true;
}
