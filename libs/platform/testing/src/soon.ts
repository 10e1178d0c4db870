import { vi } from "vitest";

/** Asks again until `check` no longer throws; what it answered then. Waits far longer than any machine needs, for a test that is quick says nothing of the product. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 45_000, interval: 20 });
