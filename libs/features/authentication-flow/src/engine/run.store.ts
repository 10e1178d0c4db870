import { Injectable } from "@nestjs/common";
import { flowNotFound } from "@gatehouse/domain-errors";
import type { FlowState } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { type Bucket, RateLimiter, type Reservation } from "@gatehouse/service-rate-limit";
import type { RunRecord } from "./run.js";

/** A run and each of its states live 20 minutes. */
const LIFE_MS = 20 * 60_000;
const PREFIX = "authflowstate_";
const TOKEN = /^authflowstate_([0-9A-HJKMNP-TV-Z]{16})([0-9A-HJKMNP-TV-Z]{16})$/;

const SAVE_SCRIPT = `
if ARGV[1] == 'keep' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

export interface LoadedState {
  record: RunRecord;
  state: FlowState;
  /** Buckets of weight 0 that are empty. */
  empty: Bucket[];
}

/** Runs in Redis: one hash per run, one field per state. The first half of a state token names the run, the second the state. */
@Injectable()
export class RunStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly limiter: RateLimiter,
  ) {}

  /** A new run's id. */
  newId(): string {
    return randomString(16, CROCKFORD);
  }

  /** Writes a new state and returns its token. Throws `AuthenticationFlowNotFound` when the run has finished or expired meanwhile. */
  async save(ctx: ProjectContext, run: { record: RunRecord; state: FlowState; isNew: boolean; reservations: readonly Reservation[] }): Promise<string> {
    const name = randomString(16, CROCKFORD);
    const fields = [name, JSON.stringify({ at: ctx.now().getTime(), state: run.state })];
    if (run.isNew) fields.push("run", JSON.stringify(run.record));
    const pipeline = this.redis.client.pipeline();
    pipeline.eval(SAVE_SCRIPT, 1, this.key(ctx, run.record.id), run.isNew ? "new" : "keep", LIFE_MS, ...fields);
    for (const reservation of run.reservations) await reservation.refund(pipeline);
    const [saved] = (await pipeline.exec()) ?? [];
    if (saved?.[0]) throw saved[0];
    if (saved?.[1] !== 1) throw flowNotFound();
    return `${PREFIX}${run.record.id}${name}`;
  }

  /** The run and state of a token; takes the tokens of `buckets` in the same round trip. Throws `AuthenticationFlowNotFound`. */
  async load(ctx: ProjectContext, token: string, buckets: readonly Bucket[]): Promise<LoadedState> {
    const [, id, name] = TOKEN.exec(token) ?? [];
    if (!id || !name) {
      await this.limiter.consume(ctx, buckets);
      throw flowNotFound();
    }
    const { fields, empty } = await this.limiter.consumeAndRead(ctx, buckets, { key: this.key(ctx, id), fields: ["run", name] });
    const [record, stored] = fields;
    if (!record || !stored) throw flowNotFound();
    const { at, state } = JSON.parse(stored) as { at: number; state: FlowState };
    if (at + LIFE_MS < ctx.now().getTime()) throw flowNotFound();
    return { record: JSON.parse(record) as RunRecord, state, empty };
  }

  /** Ends a run: every token of it is unknown from now on. */
  async delete(ctx: ProjectContext, id: string, reservations: readonly Reservation[]): Promise<void> {
    const pipeline = this.redis.client.pipeline();
    pipeline.del(this.key(ctx, id));
    for (const reservation of reservations) await reservation.refund(pipeline);
    await pipeline.exec();
  }

  private key(ctx: ProjectContext, id: string): string {
    return projectKey(ctx, "authentication-flow", id);
  }
}
