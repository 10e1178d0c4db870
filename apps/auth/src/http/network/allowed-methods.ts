import type { ProjectContext } from "@gatehouse/domain-project";
import type { FastifyRequest } from "@gatehouse/platform-http";
import { isSwitchedOff } from "./switched-off.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** For a request that no route takes: the methods that routes of its path take (RFC 9110 §15.5.6); empty where there is nothing at all. */
export function allowedMethods(ctx: ProjectContext, { raw, server }: FastifyRequest): string[] {
  const url = (raw.url ?? "/").split("?")[0] as string;
  if (isSwitchedOff(ctx, url)) return [];
  // The one endpoint of OAuth whose address holds a name.
  const route = url.replace(/^\/oauth2\/register\/[^/]+$/, "/oauth2/register/:client_id");
  return METHODS.filter((method) => server.hasRoute({ url: route, method }));
}
