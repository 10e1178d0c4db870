import { LRUCache } from "lru-cache";
import type { ProjectContext } from "@gatehouse/domain-project";

/** A public document and its size on the wire in bytes. */
export interface Loaded<T> {
  value: T;
  size: number;
}

const MAX_DOCUMENTS = 500;
const MAX_BYTES = 8 * 1_048_576;

/** Public documents of providers by URL, kept for minutes within a bounded memory. Those who ask at the same time share one load; a failed load is not kept. */
export class DocumentCache<T> {
  private readonly kept = new LRUCache<string, Loaded<T> & { at: number }>({ max: MAX_DOCUMENTS, maxSize: MAX_BYTES, sizeCalculation: ({ size }) => Math.max(1, size) });
  private readonly loading = new Map<string, Promise<T>>();

  /** The document at a URL, no older than `maxAgeMs`. */
  async get(ctx: ProjectContext, { url, maxAgeMs, load }: { url: string; maxAgeMs: number; load: () => Promise<Loaded<T>> }): Promise<T> {
    const hit = this.kept.get(url);
    if (hit && Math.abs(ctx.now().getTime() - hit.at) <= maxAgeMs) return hit.value;
    const running = this.loading.get(url);
    if (running) return running;
    const started = load().then((loaded) => {
      this.kept.set(url, { ...loaded, at: ctx.now().getTime() });
      return loaded.value;
    });
    this.loading.set(url, started);
    try {
      return await started;
    } finally {
      this.loading.delete(url);
    }
  }
}
