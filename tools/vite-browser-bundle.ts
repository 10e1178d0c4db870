import path from "node:path";
import { build, type Plugin } from "vite";

const QUERY = "?browser-bundle";

/**
 * `import bundle from "./main.mjs?browser-bundle"`: the file and all it imports as text for a page, `{ script, style }`, so that a server brings what its
 * page needs and the page loads nothing from elsewhere. Bundled when the import is reached.
 */
export function browserBundle(): Plugin {
  return {
    name: "browser-bundle",
    enforce: "pre",
    resolveId: (id, importer) => (id.endsWith(QUERY) && importer ? path.resolve(path.dirname(importer), id) : undefined),
    load: async (id) => (id.endsWith(QUERY) ? `export default ${JSON.stringify(await bundled(id.slice(0, -QUERY.length)))};` : undefined),
  };
}

async function bundled(entry: string): Promise<{ script: string; style: string }> {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      minify: true,
      sourcemap: false,
      lib: { entry, formats: ["iife"], name: "page", cssFileName: "page" },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const files = (Array.isArray(result) ? result : [result]).flatMap((one) => ("output" in one ? one.output : []));
  const script = files.map((file) => (file.type === "chunk" ? file.code : "")).join("");
  const style = files.map((file) => (file.type === "asset" && file.fileName.endsWith(".css") ? String(file.source) : "")).join("");
  return { script, style };
}
