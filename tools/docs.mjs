#!/usr/bin/env node
// `npm run docs`: writes what is generated: the pages under docs/, and the types of the Admin API client of the end-to-end tests. `--check` fails when something there is stale, and checks the operator API's OpenAPI document.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, onPinnedNode } from "./setup/install.mjs";
import { main, root } from "./setup/say.mjs";

const docs = path.join(root, "docs");

/** Loads the catalogues from source. */
async function catalogues() {
  const { createServer } = await import("vite");
  const vite = await createServer({
    configFile: false,
    root,
    logLevel: "error",
    appType: "custom",
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { noExternal: [/^@gatehouse\//] },
  });
  try {
    const load = (name) => vite.ssrLoadModule(path.join(root, name));
    const [errors, { statusByName }, events, config, jobs, env, openapi] = await Promise.all(
      [
        "libs/domain/errors/src/index.ts",
        "libs/platform/errors-core/src/api-error.ts",
        "libs/domain/events/src/index.ts",
        "libs/domain/config/src/index.ts",
        "libs/domain/jobs/src/index.ts",
        "libs/platform/env/src/index.ts",
        "apps/portal/src/http/operator/openapi.ts",
      ].map(load),
    );
    return { errors, statusByName, events, config, jobs, env, openapi };
  } finally {
    await vite.close();
  }
}

async function checkOpenApi(document) {
  const { createConfig, lintFromString } = await import("@redocly/openapi-core");
  const config = await createConfig({ extends: ["spec"] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.filter(({ severity }) => severity === "error").map(({ message, location }) => `operator API: ${message} (${location?.[0]?.pointer ?? ""})`);
}

/** Generated files that no longer have a source. */
function orphans(pages) {
  return ["config", "schema"].flatMap((folder) => {
    const full = path.join(docs, folder);
    return existsSync(full)
      ? readdirSync(full)
          .map((name) => `${folder}/${name}`)
          .filter((name) => !pages.has(name))
      : [];
  });
}

await main(async () => {
  await ensureInstalled();
  await onPinnedNode();
  await import("reflect-metadata");
  const { makePages } = await import("./docs/make-pages.mjs");
  const loaded = await catalogues();
  const { pages, problems } = makePages(loaded);
  const { adminClientTypes } = await import("./docs/admin-client.mjs");
  pages.set("../e2e/admin-client/operations.ts", await adminClientTypes(root));
  const gone = orphans(pages);
  if (process.argv.includes("--check")) {
    const stale = [...pages].filter(([name, text]) => !existsSync(path.join(docs, name)) || readFileSync(path.join(docs, name), "utf8") !== text).map(([name]) => name);
    const wrong = [...problems, ...(await checkOpenApi(loaded.openapi.openApiDocument("http://localhost:3003")))];
    for (const problem of wrong) console.log(`  ${problem}`);
    if (stale.length + gone.length > 0) console.log(`  Stale under docs/: ${[...stale, ...gone].join(", ")}. Run \`npm run docs\` and commit the result.`);
    const failed = stale.length + gone.length + wrong.length;
    console.log(`${pages.size - stale.length} passed, ${failed} failed`);
    process.exit(failed > 0 ? 1 : 0);
  }
  for (const [name, text] of pages) {
    mkdirSync(path.dirname(path.join(docs, name)), { recursive: true });
    writeFileSync(path.join(docs, name), text);
  }
  for (const name of gone) rmSync(path.join(docs, name));
  for (const problem of problems) console.log(`  ${problem}`);
  console.log(`${pages.size} pages written`);
  process.exit(0);
});
