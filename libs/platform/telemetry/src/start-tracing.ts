/** Starts OpenTelemetry traces over OTLP/HTTP (endpoint and names by the standard `OTEL_*` variables). Returns what flushes and stops them. */
export async function startTracing(exporter: "none" | "otlp"): Promise<() => Promise<void>> {
  if (exporter === "none") return async () => undefined;
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([import("@opentelemetry/sdk-node"), import("@opentelemetry/exporter-trace-otlp-http")]);
  const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
  sdk.start();
  return () => sdk.shutdown();
}
