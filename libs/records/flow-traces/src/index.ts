/** Traces in Redis. */
export { FlowTraces, MAX_TRACE_REQUESTS, newTraceId, TRACE_LIFE_MS, traceKey, type TracedRequest } from "./flow-traces.js";
/** The decisions of one request. */
export { Trace, type TraceEntry } from "./trace.js";
