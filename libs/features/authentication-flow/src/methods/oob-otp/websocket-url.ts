import type { Run } from "../../engine/run.js";

/** Where a client hears that its state is to be read again (spec: authentication flow §2.7). */
export function websocketUrl({ ctx, record }: Run): string {
  const url = new URL("/api/v1/authentication_flows/ws", ctx.request.publicOrigin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("channel", record.channel);
  return url.href;
}
