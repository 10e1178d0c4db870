import type { ProjectContext } from "@gatehouse/domain-project";

/** The host that browsers know the project by; a proxy in front may ask for another one. */
export const publicHost = ({ request }: ProjectContext): string => new URL(request.publicOrigin).host;

/** The parts of a request the rule reads. */
export interface PostHeaders {
  method: string;
  host: string | undefined;
  secFetchSite: string | undefined;
  origin: string | undefined;
}

/**
 * Whether an unsafe request comes from another site. Browsers say so in `Sec-Fetch-Site`;
 * older ones send `Origin`. A request with neither is no browser form of another site and passes.
 */
export function isCrossSitePost({ method, host, secFetchSite, origin }: PostHeaders): boolean {
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return false;
  if (secFetchSite !== undefined) return secFetchSite !== "same-origin" && secFetchSite !== "none";
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
