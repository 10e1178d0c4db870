import type { FlowBranchConfig, ProjectConfig } from "@gatehouse/domain-config";
import { invalidConfiguration } from "@gatehouse/domain-errors";

/** Refuses branches whose demand cannot be met: an unchecked bot protection must never pass for a checked one. */
export function guardBranch(config: ProjectConfig, branch: FlowBranchConfig): void {
  const bots = config.bot_protection as { enabled?: boolean } | undefined;
  if (bots?.enabled && branch.bot_protection?.mode === "always") throw invalidConfiguration("bot protection is demanded, and no verification of bot protection is available");
}
