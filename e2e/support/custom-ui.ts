import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "../custom-ui");
const types: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

/** The custom UI of `e2e/custom-ui`, served for every project. */
export interface CustomUi {
  /** Where the browser finds it: on the project's own site, so that its cookies are not third-party ones. */
  originFor(projectId: string): string;
  close(): void;
}

/** Serves the custom UI; each project's is at a host of its own, which says whose API it uses. `flow` names its sign-up and login flows. */
export async function startCustomUi({ apiPort, flow }: { apiPort: string; flow: string }): Promise<CustomUi> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://ui");
    const host = (request.headers.host ?? "").replace(/^ui\./, "").replace(/:\d+$/, "");
    if (pathname === "/config.json") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ api: `http://${host}:${apiPort}`, flow }));
      return;
    }
    const file = pathname === "/app.js" ? "app.js" : "index.html";
    response.writeHead(200, { "content-type": types[path.extname(file)] }).end(readFileSync(path.join(folder, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    originFor: (projectId) => `http://ui.${projectId}.localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
