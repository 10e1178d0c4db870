/** Where a call of the portal goes on. */
export interface ProxiedTarget {
  /** Path and query at the Admin API. */
  url: string;
  /** Whether it is the address of the GraphQL endpoint, whose GET is a page. */
  isPage: boolean;
}

const BELOW = /^\/api\/apps\/[^/?]+\/([^?]*)(\?.*)?$/;

/** What `/api/apps/{id}/{path}?{query}` leads to: `graphql` and all below `_api/admin/`; undefined for anything else of the servers behind. */
export function proxiedTarget(url: string): ProxiedTarget | undefined {
  const [, path = "", query = ""] = BELOW.exec(url) ?? [];
  const { pathname } = new URL(`http://admin/${path === "graphql" ? "_api/admin/graphql" : path}`);
  if (!pathname.startsWith("/_api/admin/") || /%2f|%5c/i.test(pathname)) return undefined;
  return { url: pathname + query, isPage: pathname === "/_api/admin/graphql" };
}
