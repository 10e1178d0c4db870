import type { ProjectContext } from "@gatehouse/domain-project";
import { isRegistered } from "./registered-client.js";

interface OriginRule {
  scheme?: string;
  host: string;
  port?: string;
}

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const ENTRY = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([a-z0-9*.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;

/** An entry `[scheme://]host[:port]`; path, query, fragment and user are ignored. Undefined when malformed. */
function parseRule(entry: string): OriginRule | undefined {
  const bare = entry.replace(/^([a-z][a-z0-9+.-]*:\/\/|)(?:[^/@]*@)?([^/?#]*).*$/i, "$1$2");
  const [, scheme, host, port] = ENTRY.exec(bare) ?? [];
  if (!host || host.split(".").some((label) => label === "" || (label.match(/\*/g) ?? []).length > 1)) return undefined;
  return { scheme: scheme?.toLowerCase(), host: host.toLowerCase(), port };
}

/** One `*` in a label stands for any characters of that label. */
function hostMatches(pattern: string, host: string): boolean {
  const [patterns, labels] = [pattern.split("."), host.split(".")];
  if (patterns.length !== labels.length) return false;
  return patterns.every((label, index) => {
    const actual = labels[index] as string;
    const star = label.indexOf("*");
    if (star < 0) return label === actual;
    const [before, after] = [label.slice(0, star), label.slice(star + 1)];
    return actual.length > before.length + after.length && actual.startsWith(before) && actual.endsWith(after);
  });
}

function matches(rule: OriginRule, origin: URL): boolean {
  const scheme = origin.protocol.slice(0, -1);
  if (rule.scheme ? rule.scheme !== scheme : scheme !== "http" && scheme !== "https") return false;
  const port = origin.port || PORTS[origin.protocol] || "";
  return hostMatches(rule.host, origin.hostname.toLowerCase()) && port === (rule.port ?? PORTS[origin.protocol] ?? "");
}

/**
 * Whether the project's CORS policy names an origin (spec: oauth-oidc §1.3): its own host, `http.allowed_origins`, the deployment's list, and
 * the URIs of its clients and SAML service providers. A malformed entry switches CORS off for the project.
 */
export function allowedOrigin(ctx: ProjectContext, origin: string, deployment: readonly string[] = []): boolean {
  if (!URL.canParse(origin)) return false;
  const { config } = ctx.project;
  const clients = (config.oauth.clients ?? [])
    .filter((client) => !isRegistered(client))
    .flatMap((client) => [...(client.redirect_uris ?? []), ...(client.x_custom_ui_uri ? [client.x_custom_ui_uri] : []), ...(client.x_pre_authenticated_url_allowed_origins ?? [])]);
  const providers = (config.saml?.service_providers ?? []).flatMap(({ acs_urls, slo_callback_url }) => [...acs_urls, ...(slo_callback_url ? [slo_callback_url] : [])]);
  const uris = [...clients, ...providers];
  const custom = uris.filter((uri) => !/^https?:/i.test(uri));
  const entries = [new URL(ctx.request.publicOrigin).host, ...(config.http.allowed_origins ?? []), ...deployment, ...uris.filter((uri) => /^https?:/i.test(uri))];
  const rules = entries.filter((entry) => entry !== "*").map(parseRule);
  if (rules.includes(undefined)) return false;
  if (entries.includes("*") || custom.some((uri) => URL.canParse(uri) && `${new URL(uri).protocol}//${new URL(uri).host}` === origin)) return true;
  const parsed = new URL(origin);
  return rules.some((rule) => matches(rule as OriginRule, parsed));
}
