import type { ProjectContext } from "@gatehouse/domain-project";

/** What is counted. */
export type UsageName = "user_export" | "user_import" | "email" | "whatsapp" | "sms";
/** Counters run for one of these. */
export type UsagePeriod = "day" | "month";

/** One limit of the project or its plan. */
export interface UsageLimit {
  quota: number;
  period: UsagePeriod;
  action: "alert" | "block";
}

/** Names in keys and errors (spec: protection §8.2). */
export const LEGACY_NAMES: Readonly<Record<UsageName, string>> = { email: "Email", sms: "SMS", whatsapp: "Whatsapp", user_import: "UserImport", user_export: "UserExport" };

/** Limits of a name: the project's, then the plan's; all apply. */
export function limitsOf({ project: { config, features } }: ProjectContext, name: UsageName): UsageLimit[] {
  const [own, plan] = [config.usage?.limits, features.usage.limits];
  return [...(own?.[name] ?? []), ...(plan?.[name] ?? [])];
}

/** The smallest quota that blocks in a period; -1 for none. */
export function blockQuota(limits: readonly UsageLimit[], period: UsagePeriod): number {
  const quotas = limits.filter((limit) => limit.action === "block" && limit.period === period).map(({ quota }) => quota);
  return quotas.length > 0 ? Math.min(...quotas) : -1;
}

/** When the periods end that hold a time: the next midnight, and the first of the next month, both UTC. */
export function periodEnds(at: Date): Readonly<Record<UsagePeriod, Date>> {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return { day: new Date(Date.UTC(year, month, day + 1)), month: new Date(Date.UTC(year, month + 1, 1)) };
}
