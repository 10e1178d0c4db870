import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/** A finished request, as its span tells it (OpenTelemetry semantic conventions for HTTP). */
export interface FinishedRequest {
  service: string;
  method: string;
  /** The route's pattern: never the URL, which may hold secrets. */
  route: string;
  status: number;
  milliseconds: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Records a request as one server span, below the caller's when it sent `traceparent` (W3C Trace Context). Does nothing while tracing is off. */
export function recordRequestSpan({ service, method, route, status, milliseconds, headers }: FinishedRequest): void {
  const end = Date.now();
  const parent = propagation.extract(context.active(), headers);
  const attributes = { "gatehouse.service": service, "http.request.method": method, "http.route": route, "http.response.status_code": status };
  const span = trace.getTracer("gatehouse").startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, startTime: end - milliseconds, attributes }, parent);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(end);
}
