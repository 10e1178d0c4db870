import path from "node:path";
import { defineConfig } from "vitest/config";
import { browserBundle } from "./tools/vite-browser-bundle.js";

const shared = { isolate: false, pool: "threads" as const, setupFiles: ["./tools/vitest-setup.ts"] };

/** Node takes the CommonJS build of graphql; taking the other one here would make two graphqls in one process. */
const resolve = { alias: [{ find: /^graphql$/, replacement: path.resolve(import.meta.dirname, "node_modules/graphql/index.js") }] };

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { ...shared, name: "unit", testTimeout: 30_000, include: ["libs/*/*/src/**/*.spec.ts", "apps/*/src/**/*.spec.ts", "tools/**/*.spec.ts"] } },
      {
        resolve,
        plugins: [browserBundle()],
        test: {
          ...shared,
          name: "service",
          include: ["libs/*/*/test/**/*.spec.ts", "apps/*/test/**/*.spec.ts"],
          globalSetup: ["./libs/platform/testing/src/global-setup.ts"],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
