import { defineConfig } from "vitest/config";

/** End-to-end: against running programs; `tools/e2e.mjs` starts them and sets the environment. */
export default defineConfig({
  test: {
    include: process.env.E2E_BROWSER === "1" ? ["e2e/{http,browser}/**/*.e2e.ts"] : ["e2e/http/**/*.e2e.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 300_000,
    // A browser that hung once is asked again; the run names such a test as flaky. Whatever else fails has failed.
    retry: { count: 1, condition: /Timeout \d+ms exceeded|Execution context was destroyed/ },
    hookTimeout: 120_000,
  },
});
