import { externalJwtFailedToFetchJwks } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type OutboundClient, OutboundError } from "@gatehouse/platform-outbound";
import { createLocalJWKSet, errors, type JSONWebKeySet, type LocalJWKSet } from "jose";
import { LRUCache } from "lru-cache";

/** Keys this young are believed without asking again. */
export const KEYS_LIVE_MS = 5 * 60_000;
/** A URL is asked at most this often, whatever tokens come and however it answers. */
export const ASK_AGAIN_MS = 10_000;
/** Bytes of a key set. */
export const MAX_KEY_SET = 262_144;

const FETCH_TIMEOUT_MS = 5_000;
const MAX_SETS = 500;
const MAX_BYTES = 8 * 1_048_576;

interface Loaded {
  keys: LocalJWKSet;
  size: number;
}

interface Kept {
  /** When the URL was last asked, in ms, and what comes or came of it. */
  askedAt: number;
  asked: Promise<Loaded>;
  /** The last key set that it gave. */
  good?: Loaded & { at: number };
}

/** Key sets of issuers by URL, within a bounded memory. Those who ask at the same time share one load, also its failure. */
export class KeySets {
  private readonly kept = new LRUCache<string, Kept>({ max: MAX_SETS, maxSize: MAX_BYTES, sizeCalculation: ({ good }) => 1 + (good?.size ?? 0) });

  constructor(private readonly outbound: OutboundClient) {}

  /** The keys at a URL: not older than `maxAgeMs`, unless it was asked moments ago or does not answer, while older ones are still good. Throws `ExternalJWTFailedToFetchJWKs`. */
  async get(ctx: ProjectContext, { url, maxAgeMs }: { url: string; maxAgeMs: number }): Promise<LocalJWKSet> {
    const now = ctx.now().getTime();
    const kept = this.kept.get(url);
    const isYoung = (at: number, ms: number): boolean => Math.abs(now - at) < ms;
    if (kept?.good && isYoung(kept.good.at, maxAgeMs)) return kept.good.keys;
    const asked = kept && isYoung(kept.askedAt, ASK_AGAIN_MS) ? kept.asked : this.ask(ctx, url, kept);
    try {
      return (await asked).keys;
    } catch (error) {
      if (kept?.good && isYoung(kept.good.at, KEYS_LIVE_MS)) return kept.good.keys;
      throw error;
    }
  }

  private ask(ctx: ProjectContext, url: string, kept: Kept | undefined): Promise<Loaded> {
    const askedAt = ctx.now().getTime();
    const asked = this.load(ctx, url).then(
      (loaded) => {
        this.kept.set(url, { askedAt, asked, good: { ...loaded, at: askedAt } });
        return loaded;
      },
      (error: unknown) => {
        if (!externalJwtFailedToFetchJwks.is(error)) this.kept.delete(url); // not the issuer's fault
        throw error;
      },
    );
    this.kept.set(url, { askedAt, asked, good: kept?.good });
    return asked;
  }

  private async load(ctx: ProjectContext, url: string): Promise<Loaded> {
    try {
      const { status, body } = await this.outbound.send({ method: "GET", url, headers: { accept: "application/json" }, timeoutMs: FETCH_TIMEOUT_MS });
      if (status !== 200) throw new errors.JWKSInvalid(`status ${status}`);
      return { keys: createLocalJWKSet(JSON.parse(body.toString("utf8")) as JSONWebKeySet), size: body.length };
    } catch (error) {
      if (!(error instanceof OutboundError || error instanceof errors.JWKSInvalid || error instanceof SyntaxError)) throw error;
      ctx.log.warn({ url, cause: error.message }, "The keys of an issuer of external JWTs cannot be had.");
      throw externalJwtFailedToFetchJwks();
    }
  }
}
