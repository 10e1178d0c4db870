import type { ProjectContext } from "@gatehouse/domain-project";
import { testProject } from "@gatehouse/platform-testing";
import { SEARCH_ACCOUNT, SUFFIX } from "./directory.js";

/** A server of a project as a test wants it. */
export interface TestServer {
  url: string;
  name?: string;
  base_dn?: string;
  search_filter_template?: string;
  user_id_attribute_name?: string;
  /** The search account; null searches anonymously. */
  account?: { dn: string; password: string } | null;
}

/** A project that signs people in with directories. `warnings`: what its log warns of. */
export async function projectWith(...servers: TestServer[]): Promise<{ ctx: ProjectContext; warnings: object[] }> {
  const named = servers.map((server, index) => ({
    name: index === 0 ? "hq" : `branch${index}`,
    base_dn: SUFFIX,
    search_filter_template: "(uid={{.Username}})",
    user_id_attribute_name: "uid",
    account: SEARCH_ACCOUNT,
    ...server,
  }));
  const project = await testProject({
    config: { authentication: { identities: ["login_id", "ldap"] }, identity: { ldap: { servers: named.map(({ account: _, ...server }) => server) } } },
    secrets: [{ key: "ldap", data: { items: named.map(({ name, account }) => ({ name, ...account })) } }],
  });
  const warnings: object[] = [];
  const log = { ...project.ctx.log, warn: (fields: object) => void warnings.push(fields) };
  return { ctx: project.with({ log }), warnings };
}
