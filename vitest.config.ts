import { defineConfig } from "vitest/config";

const shared = { isolate: false, pool: "threads" as const, setupFiles: ["./tools/vitest-setup.ts"] };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: "unit", include: ["libs/*/*/src/**/*.spec.ts", "apps/*/src/**/*.spec.ts", "tools/**/*.spec.ts"] } },
      {
        test: {
          ...shared,
          name: "service",
          include: ["libs/*/*/test/**/*.spec.ts", "apps/*/test/**/*.spec.ts"],
          globalSetup: ["./libs/platform/testing/src/global-setup.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
