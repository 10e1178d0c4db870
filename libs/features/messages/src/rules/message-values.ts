import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { queryEscape } from "@gatehouse/platform-templating";

const USAGE_TEXTS = ["UsageName", "UsageDisplayName", "UsageAction", "UsagePeriod", "UsageQuota", "UsageCurrentValue"] as const;
const TEXTS = ["AppName", "AppID", "ClientID", "ClientName", "Code", "Email", "Host", "Link", "Password", "Phone", "State", "UILocales", "URL", "XState", ...USAGE_TEXTS] as const;
/** Meant for links, so escaped for a query in plain texts (spec: messaging §8.2). */
const FOR_LINKS: ReadonlySet<string> = new Set(["ClientID", "State", "XState", "UILocales"]);

/** `Code` for `code` and `Code`; `UILocales` for `ui_locales`. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The variables every template may use, those without a value empty. */
export function messageValues(ctx: ProjectContext, job: MessageJob, appName: string): Record<string, string | boolean> {
  const given = new Map(Object.entries(job.variables).map(([name, value]) => [plain(name), value]));
  const known: Record<string, string> = {
    AppName: appName,
    AppID: ctx.project.id,
    ClientID: job.request.client_id ?? "",
    ClientName: clientName(ctx, job.request.client_id),
    Code: job.code ?? "",
    Host: URL.canParse(job.request.public_origin) ? new URL(job.request.public_origin).host : "",
    Link: job.link ?? "",
    URL: job.link ?? "",
    Email: job.channel === "email" ? job.to : "",
    Phone: job.channel === "email" ? "" : job.to,
  };
  const values: Record<string, string | boolean> = { HasPassword: given.get("haspassword") === "true" };
  for (const name of TEXTS) values[name] = given.get(plain(name)) || known[name] || "";
  return values;
}

/** What people know the client by. */
function clientName({ project: { config } }: ProjectContext, clientId: string | undefined): string {
  const client = config.oauth?.clients?.find(({ client_id }) => client_id === clientId);
  return client?.client_name || client?.name || "";
}

/** The same values for a plain text: those meant for links are escaped. */
export function forPlainText(values: Record<string, string | boolean>): Record<string, string | boolean> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, FOR_LINKS.has(name) ? queryEscape(String(value)) : value]));
}
