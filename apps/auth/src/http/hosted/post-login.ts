import type { ProjectContext } from "@gatehouse/domain-project";

const ENTRY_PAGES: readonly string[] = ["/", "/login", "/signup", "/reauth", "/flows/promote_user", "/authflow/v2/select_account"];

/**
 * Where a browser goes after a login that no application has asked for: a page of this site that was named, an address that a client lists, the project's
 * default, the settings (spec: auth UI §5).
 */
export function afterLogin(ctx: ProjectContext, query: Readonly<Record<string, string>>): string {
  const { redirect_uri: asked, client_id } = query;
  const own = asked && ownPage(ctx, asked);
  if (own) return own;
  const client = ctx.project.config.oauth.clients?.find((one) => one.client_id === client_id);
  if (asked && client?.redirect_uris?.includes(asked)) return asked;
  return ctx.project.config.ui.default_redirect_uri || "/settings";
}

/** Path and query of a page of this site that is no entry page; undefined for anything else. */
function ownPage(ctx: ProjectContext, address: string): string | undefined {
  const origin = ctx.project.config.http.public_origin;
  if (!URL.canParse(address, origin)) return undefined;
  const url = new URL(address, origin);
  return url.origin === new URL(origin).origin && !ENTRY_PAGES.includes(url.pathname) ? url.pathname + url.search : undefined;
}
