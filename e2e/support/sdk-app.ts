import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";

const sdk = readFileSync(path.join(path.dirname(createRequire(import.meta.url).resolve("@authgear/web")), "authgear-web.iife.js"));
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>App</title><link rel="icon" href="data:,"><h1>App</h1><script src="/sdk.js"></script><script>window.sdk = authgear.default;</script></html>`;

/** An app that uses Authgear's SDK for web apps as it is published. */
export interface SdkApp {
  /** Its origin on the project's own site, so that the project's cookies are not third-party ones. */
  originFor(projectId: string): string;
  close(): void;
}

/** Serves one page for every path; `window.sdk` is the SDK's container. */
export async function startSdkApp(): Promise<SdkApp> {
  const server = createServer((request, response) => {
    const isSdk = request.url === "/sdk.js";
    response.writeHead(200, { "content-type": isSdk ? "text/javascript" : "text/html" }).end(isSdk ? sdk : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    originFor: (projectId) => `http://app.${projectId}.localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
