import { Injectable } from "@nestjs/common";
import { flowNotFound } from "@gatehouse/domain-errors";
import type { FlowState } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { FlowTraces, MAX_TRACE_REQUESTS, TRACE_LIFE_MS, traceKey } from "@gatehouse/record-flow-traces";
import { type Bucket, RateLimiter, refusal } from "@gatehouse/service-rate-limit";
import type { BotOutcome, Run, RunRecord } from "./run.js";

/** A run and each of its states live 20 minutes. */
const LIFE_MS = 20 * 60_000;
/** Nobody goes back and on so often: a run of more states is given up, for each new state keeps all the former ones alive. */
const MAX_STATES = 1000;
const PREFIX = "authflowstate_";
const TOKEN = /^authflowstate_([0-9A-HJKMNP-TV-Z]{16})([0-9A-HJKMNP-TV-Z]{16})$/;

/**
 * KEYS: run, trace, the run while it finishes. ARGV: mode (`new`, `keep`, `claim`), life in ms, trace life in ms, entry of the trace or "", fields of the run.
 * `claim` moves the run away, so that one request alone finishes it and its tokens are unknown to all others. Returns 0 when the run was not there or has too many
 * states, and 2 when one is claimed that sent an SMS.
 */
const SAVE_SCRIPT = `
local there = redis.call('EXISTS', KEYS[1])
if ARGV[1] ~= 'new' and there == 0 then return 0 end
if ARGV[1] == 'keep' and redis.call('HLEN', KEYS[1]) > ${MAX_STATES} then
  redis.call('DEL', KEYS[1])
  return 0
end
local result = 1
if ARGV[1] == 'claim' then
  if redis.call('HEXISTS', KEYS[1], 'sms') == 1 then result = 2 end
  redis.call('RENAME', KEYS[1], KEYS[3])
else
  redis.call('HSET', KEYS[1], unpack(ARGV, 5))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if ARGV[4] ~= '' and redis.call('LLEN', KEYS[2]) < ${MAX_TRACE_REQUESTS} then
  redis.call('RPUSH', KEYS[2], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return result`;

export interface LoadedState {
  record: RunRecord;
  state: FlowState;
  bot?: BotOutcome;
  /** Buckets that were only looked at and are empty. */
  empty: Bucket[];
}

/** Runs in Redis: one hash per run, one field per state. The first half of a state token names the run, the second the state. */
@Injectable()
export class RunStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly limiter: RateLimiter,
    private readonly traces: FlowTraces,
  ) {}

  /** A new run's id. */
  newId(): string {
    return randomString(16, CROCKFORD);
  }

  /**
   * Writes a new state and returns its token. Throws `AuthenticationFlowNotFound` when the run has finished or expired meanwhile, and `RateLimited` when others have used
   * up the look-ups of the address since this one was made.
   */
  async save(run: Run, isNew: boolean): Promise<string> {
    const { ctx } = run;
    const name = randomString(16, CROCKFORD);
    const fields = [name, JSON.stringify({ at: ctx.now().getTime(), state: run.state })];
    if (isNew) fields.push("run", JSON.stringify(run.record));
    if (isNew && run.bot) fields.push("bot", run.bot);
    if (run.sentSms) fields.push("sms", "1");
    if (!(await this.write(run, isNew ? "new" : "keep", fields))) throw flowNotFound();
    return `${PREFIX}${run.record.id}${name}`;
  }

  /** The run and state of a token; takes the tokens of `buckets` in the same round trip. Throws `AuthenticationFlowNotFound`. */
  async load(ctx: ProjectContext, token: string, buckets: readonly Bucket[]): Promise<LoadedState> {
    const [, id, name] = TOKEN.exec(token) ?? [];
    if (!id || !name) {
      await this.limiter.consume(ctx, buckets);
      throw flowNotFound();
    }
    const { fields, empty } = await this.limiter.consumeAndRead(ctx, buckets, { key: this.key(ctx, id), fields: ["run", name, "bot"] });
    const [record, stored, bot] = fields;
    if (!record || !stored) throw flowNotFound();
    const { at, state } = JSON.parse(stored) as { at: number; state: FlowState };
    if (at + LIFE_MS < ctx.now().getTime()) throw flowNotFound();
    return { record: JSON.parse(record) as RunRecord, state, empty, ...(bot ? { bot: bot as BotOutcome } : {}) };
  }

  /** Keeps the answer to a challenge, which holds for the run even when the input is refused. */
  async saveBotOutcome(ctx: ProjectContext, id: string, outcome: BotOutcome): Promise<void> {
    const key = this.key(ctx, id);
    const script = "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'bot', ARGV[1]) end return 1";
    await this.redis.client.eval(script, 1, key, outcome);
  }

  /** Takes a run to finish it: every token of it is unknown from now on. False when another request has taken it, or it has expired. */
  async claim(run: Run): Promise<boolean> {
    return this.write(run, "claim", []);
  }

  /** Gives a run back whose finish was refused: its tokens are good again. */
  async release({ ctx, record }: Run): Promise<void> {
    await this.redis.client.eval(
      "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[2]) end return 1",
      2,
      this.finishingKey(ctx, record.id),
      this.key(ctx, record.id),
    );
  }

  private async write(run: Run, mode: "new" | "keep" | "claim", fields: readonly string[]): Promise<boolean> {
    const { ctx, record } = run;
    const pipeline = this.redis.client.pipeline();
    const keys = [this.key(ctx, record.id), traceKey(ctx, record.traceId), this.finishingKey(ctx, record.id)];
    pipeline.eval(SAVE_SCRIPT, keys.length, ...keys, mode, LIFE_MS, TRACE_LIFE_MS, this.traces.entry(ctx, run.trace) ?? "", ...fields);
    const { lookedUp } = run;
    const isUsedUp = lookedUp && mode === "keep" ? this.limiter.look(ctx, lookedUp, pipeline) : undefined;
    for (const reservation of run.reservations.splice(0)) await reservation.refund(pipeline);
    const [saved, looked] = (await pipeline.exec()) ?? [];
    if (saved?.[0]) throw saved[0];
    if (lookedUp && isUsedUp && looked?.[1] && isUsedUp(looked[1])) throw refusal(lookedUp);
    run.lookedUp = undefined;
    if (saved?.[1] === 2) run.sentSms = true;
    return saved?.[1] === 1 || saved?.[1] === 2;
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "authentication-flow", id);
  }

  private finishingKey(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "authentication-flow", id, "finishing");
  }
}
