import { createServer, type Server } from "node:http";
import { commandCount } from "@gatehouse/platform-redis";
import { statementCount } from "@gatehouse/platform-postgres";
import type { HttpService } from "@gatehouse/platform-http";

/** Totals of this process since its start, for the benchmark. */
function counters(): string {
  const { user, system } = process.cpuUsage();
  return JSON.stringify({
    sql: statementCount.total,
    redis: commandCount.total,
    cpu_user_us: user,
    cpu_system_us: system,
    rss: process.memoryUsage.rss(),
    heap_used: process.memoryUsage().heapUsed,
  });
}

/** One port for all traffic of the projects: `/_api/admin/` goes to the Admin API, the rest to auth (which also serves the resolver). */
export function publicEntry(auth: HttpService, admin: HttpService, withCounters: boolean): Server {
  const server = createServer({ keepAliveTimeout: 72_000, headersTimeout: 5_000 }, (request, response) => {
    const url = request.url ?? "/";
    if (withCounters && url === "/debug/counters") {
      response.setHeader("content-type", "application/json").end(counters());
      return;
    }
    (url.startsWith("/_api/admin/") ? admin : auth).handle(request, response);
  });
  return server.on("upgrade", (request, socket, head) => auth.upgrade(request, socket, head));
}
