import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import type { Trace, TraceEntry } from "./trace.js";

/** Traces outlive their runs: 24 hours. */
export const TRACE_LIFE_MS = 24 * 3_600_000;
/** Requests kept of one run. */
export const MAX_TRACE_REQUESTS = 500;

const ID = /^flowtrace_[0-9A-HJKMNP-TV-Z]{32}$/;

/** What one request did to a run. */
export interface TracedRequest {
  /** Request id, as logs have it. */
  request_id: string;
  decisions: TraceEntry[];
}

/** A new trace's id. */
export const newTraceId = (): string => `flowtrace_${randomString(32, CROCKFORD)}`;

/** The key of a trace, for scripts that write it together with other keys of its run. */
export const traceKey = (ctx: ProjectContext, traceId: string): string => projectKey(ctx, "authentication-flow-trace", traceId);

/** Why runs went the way they did, in Redis. */
@Injectable()
export class FlowTraces {
  constructor(private readonly redis: RedisConnection) {}

  /** The entry of a request, to be stored; undefined when it decided nothing. */
  entry(ctx: ProjectContext, trace: Trace): string | undefined {
    const decisions = trace.drain();
    return decisions.length === 0 ? undefined : JSON.stringify({ request_id: ctx.request.id, decisions } satisfies TracedRequest);
  }

  /** Stores the decisions of a request. */
  async append(ctx: ProjectContext, traceId: string, trace: Trace): Promise<void> {
    const entry = this.entry(ctx, trace);
    if (!entry) return;
    const key = traceKey(ctx, traceId);
    await this.redis.client.pipeline().rpush(key, entry).ltrim(key, -MAX_TRACE_REQUESTS, -1).pexpire(key, TRACE_LIFE_MS).exec();
  }

  /** The decisions of a run, request by request, oldest first; undefined when the id is unknown or too old. */
  async read(ctx: ProjectContext, traceId: string): Promise<TracedRequest[] | undefined> {
    if (!ID.test(traceId)) return undefined;
    const entries = await this.redis.client.lrange(traceKey(ctx, traceId), 0, -1);
    return entries.length > 0 ? entries.map((entry) => JSON.parse(entry) as TracedRequest) : undefined;
  }
}
