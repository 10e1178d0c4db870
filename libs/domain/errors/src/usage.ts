import { defineError } from "@gatehouse/platform-errors-core";

/** A usage quota of the project or its plan is used up (spec: protection §8.2). */
export const usageLimitExceeded = defineError<{ name: string; usage_name: string; period: string }>({
  name: "TooManyRequest",
  reason: "UsageLimitExceeded",
  message: "usage limit exceeded",
  info: { name: "`Email`, `SMS`, `Whatsapp`, `UserImport` or `UserExport`", usage_name: "the same as in `usage.limits`", period: "`day` or `month`" },
  cause: "A limit with `action: block` of the project or its plan is reached.",
  remedy: "Wait for the next day or month (UTC), or raise the limit.",
});
