import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** Metrics of HTTP requests, labelled by service, method, route (its pattern, never the raw path) and status. */
export const httpMetrics = {
  requests: new Counter({ name: "gatehouse_http_requests_total", help: "HTTP requests answered.", labelNames: ["service", "method", "route", "status"], registers: [registry] }),
  duration: new Histogram({
    name: "gatehouse_http_request_duration_seconds",
    help: "Time to answer.",
    labelNames: ["service", "method", "route"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  }),
};

/** All metrics of the process in Prometheus' text format, with its content type. */
export async function metricsText(): Promise<{ contentType: string; body: string }> {
  return { contentType: registry.contentType, body: await registry.metrics() };
}
