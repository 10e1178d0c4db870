import { LRUCache } from "lru-cache";
import { describe, expect, it } from "vitest";
import { LoadingCache } from "./loading-cache.js";

const cacheOf = (max: number) => new LoadingCache(new LRUCache<string, { value: number }>({ max }));

describe("loading cache", () => {
  it("loads a key once for all who ask at the same time", async () => {
    const cache = cacheOf(2);
    let loads = 0;
    const load = async () => ({ value: ++loads });
    const found = await Promise.all([cache.get("a", load), cache.get("a", load), cache.get("a", load)]);
    expect(found.map((entry) => entry?.value)).toEqual([1, 1, 1]);
  });

  it("does not keep what was being loaded when the key was dropped", async () => {
    const cache = cacheOf(2);
    let release: (value: { value: number }) => void = () => undefined;
    const first = cache.get("a", () => new Promise((resolve) => (release = resolve)));
    cache.drop("a");
    release({ value: 1 });
    await first;
    expect(await cache.get("a", async () => ({ value: 2 }))).toEqual({ value: 2 });
  });

  it("holds no more than its size, however many keys there are", async () => {
    const cache = cacheOf(3);
    for (let i = 0; i < 100; i++) await cache.get(String(i), async () => ({ value: i }));
    expect(cache.size).toBe(3);
  });

  it("asks again after a failure", async () => {
    const cache = cacheOf(2);
    await expect(cache.get("a", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await cache.get("a", async () => ({ value: 2 }))).toEqual({ value: 2 });
  });
});
