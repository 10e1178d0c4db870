import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const portalApi = process.env.PORTAL_API ?? "http://localhost:3003";

/** Builds the portal to `dist`; while developing, `/api` goes to the portal service named by PORTAL_API. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Small files stay files: a strict `img-src` and `font-src` need no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 4500, proxy: { "/api": { target: portalApi } } },
});
