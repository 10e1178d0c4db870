import path from "node:path";
import { defineConfig } from "vite";

/** One file per program: `@gatehouse/*` comes from source, npm packages stay outside. GATEHOUSE_ENTRY names the entry file, GATEHOUSE_OUT the folder. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, ".."),
  logLevel: "warn",
  ssr: { noExternal: [/^@gatehouse\//], external: true as never },
  build: {
    ssr: process.env.GATEHOUSE_ENTRY ?? "apps/cli/src/main.ts",
    outDir: process.env.GATEHOUSE_OUT ?? "dist/server",
    emptyOutDir: true,
    target: "node24",
    sourcemap: true,
    minify: false,
    rolldownOptions: { output: { entryFileNames: "main.mjs", codeSplitting: false } },
  },
});
