import path from "node:path";
import { defineConfig } from "vite";
import { browserBundle } from "./vite-browser-bundle.js";

/** One program, `main.mjs`, with a chunk for each service so that a process loads its own alone, and `hash-thread.mjs`, which its hashing threads run: `@gatehouse/*` comes from source, npm packages stay outside. GATEHOUSE_ENTRY names the entry file, GATEHOUSE_OUT the folder. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, ".."),
  logLevel: "warn",
  plugins: [browserBundle()],
  ssr: { noExternal: [/^@gatehouse\//], external: true as never },
  build: {
    ssr: true,
    outDir: process.env.GATEHOUSE_OUT ?? "dist/server",
    emptyOutDir: true,
    target: "node24",
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: { main: process.env.GATEHOUSE_ENTRY ?? "apps/cli/src/main.ts", "hash-thread": "libs/platform/crypto/src/hash-thread.ts" },
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
