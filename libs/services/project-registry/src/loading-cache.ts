import type { LRUCache } from "lru-cache";

/** A cache that loads each key once at a time and never keeps what was loaded before an invalidation. */
export class LoadingCache<V extends object> {
  private readonly loading = new Map<string, Promise<V | undefined>>();

  constructor(private readonly kept: LRUCache<string, V>) {}

  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const hit = this.kept.get(key);
    if (hit) return hit;
    const running = this.loading.get(key);
    if (running) return running;
    const started = load();
    this.loading.set(key, started);
    try {
      const value = await started;
      if (value && this.loading.get(key) === started) this.kept.set(key, value);
      return value;
    } finally {
      if (this.loading.get(key) === started) this.loading.delete(key);
    }
  }

  drop(key: string): void {
    this.kept.delete(key);
    this.loading.delete(key);
  }

  dropWhere(gone: (value: V) => boolean): void {
    for (const [key, value] of this.kept.entries()) if (gone(value)) this.kept.delete(key);
    this.loading.clear();
  }

  clear(): void {
    this.kept.clear();
    this.loading.clear();
  }

  get size(): number {
    return this.kept.size;
  }
}
