import type { ProjectContext } from "@gatehouse/domain-project";
import type { FastifyRequest } from "@gatehouse/platform-http";
import { type DpopReading, readDpopProof } from "@gatehouse/service-dpop";

/** What the `DPoP` headers of a request say; Node joins repeated headers, so the raw ones count. */
export function dpopOf(ctx: ProjectContext, { raw }: FastifyRequest): Promise<DpopReading> {
  const headers = raw.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 && name.toLowerCase() === "dpop" ? [all[index + 1] ?? ""] : []));
  return readDpopProof(ctx, { headers, method: raw.method ?? "", path: raw.url ?? "" });
}
