export { createLogger, type Logger } from "./create-logger.js";
export { maskSecrets } from "./mask-secrets.js";
export { startTracing } from "./start-tracing.js";
export { httpMetrics, metricsText } from "./metrics.js";
export { type FinishedRequest, recordRequestSpan } from "./record-request-span.js";
