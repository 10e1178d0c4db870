import type { EnvConfig } from "@gatehouse/platform-env";

/** A host of a project. */
export interface ProjectDomain {
  domain: string;
  isCustom: boolean;
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The default host of a project, without port. */
export const defaultDomain = (id: string, env: Pick<EnvConfig, "appHostSuffix">): string => id + env.appHostSuffix;

/** Hosts of a project: its default one and that of its public origin. The machine's own names belong to nobody. */
export function chooseDomains(id: string, publicOrigin: string, env: Pick<EnvConfig, "appHostSuffix">): ProjectDomain[] {
  const own = defaultDomain(id, env);
  const { hostname } = new URL(publicOrigin);
  const domains = [{ domain: own, isCustom: false }];
  if (hostname !== own && !LOCAL_HOSTS.has(hostname)) domains.push({ domain: hostname, isCustom: true });
  return domains;
}
