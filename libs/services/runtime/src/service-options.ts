import { httpMetrics, metricsText, recordRequestSpan } from "@gatehouse/platform-telemetry";
import type { Resources } from "./open-resources.js";

interface ObservedRequest {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  routeOptions?: { url?: string };
}

/** The part of an HTTP service's options that is the same for all: logger, health of database and Redis, metrics. */
export function serviceOptions(resources: Resources, name: string) {
  const { env, db, redis, log } = resources;
  return {
    name,
    logger: log,
    trustProxy: env.trustProxy,
    health: async (): Promise<void> => {
      await Promise.all([db.ping(), redis.client.ping()]);
    },
    metrics: env.metrics ? metricsText : undefined,
    observe: (request: ObservedRequest, reply: { statusCode: number }, milliseconds: number): void => {
      const route = request.routeOptions?.url ?? "unmatched";
      const labels = { service: name, method: request.method, route };
      httpMetrics.requests.inc({ ...labels, status: reply.statusCode });
      httpMetrics.duration.observe(labels, milliseconds / 1000);
      if (env.otelTracesExporter !== "none") recordRequestSpan({ ...labels, status: reply.statusCode, milliseconds, headers: request.headers });
    },
  };
}
