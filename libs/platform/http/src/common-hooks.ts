import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { HttpServiceOptions } from "./http-service-options.js";
import { requestInfoOf } from "./request-info.js";

type ContextRequest = FastifyRequest & { gatehouseCtx?: unknown };

const denied =
  "accelerometer ambient-light-sensor battery camera display-capture document-domain encrypted-media geolocation gyroscope hid identity-credentials-get idle-detection local-fonts magnetometer microphone midi otp-credentials payment picture-in-picture screen-wake-lock serial storage-access usb web-share window-management xr-spatial-tracking";
const permissionsPolicy = [
  ...["autoplay", "execution-while-not-rendered", "execution-while-out-of-viewport", "fullscreen"].map((name) => `${name}=*`),
  ...["publickey-credentials-create", "publickey-credentials-get"].map((name) => `${name}=(self)`),
  ...denied.split(" ").map((name) => `${name}=()`),
].join(", ");

const OPERATIONAL = new Set(["/healthz", "/livez", "/metrics"]);

async function operational(path: string, options: HttpServiceOptions, reply: FastifyReply): Promise<void> {
  reply.type("text/plain; charset=utf-8");
  if (path === "/livez") return void (await reply.send("OK"));
  if (path === "/metrics") {
    if (!options.metrics) return void (await reply.status(404).send("not found"));
    const { contentType, body } = await options.metrics();
    return void (await reply.type(contentType).send(body));
  }
  const healthy = await Promise.race([
    options.health().then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, 3000, false).unref()),
  ]);
  await reply.status(healthy ? 200 : 503).send(healthy ? "OK" : "Service Unavailable");
}

async function attachContext(options: HttpServiceOptions, request: ContextRequest, reply: FastifyReply): Promise<void> {
  if (!options.contextFor) return;
  const info = requestInfoOf(request, options.trustProxy);
  const ctx = await options.contextFor(info, request);
  if (ctx === undefined) {
    if (options.onUnknownHost) return void (await options.onUnknownHost(request, reply));
    return void (await reply.status(404).type("text/plain; charset=utf-8").send("app not found"));
  }
  request.gatehouseCtx = ctx;
  await options.afterContext?.(ctx as never, request, reply);
}

/** Health, security headers, project context and access log: the same on every service. */
export function addCommonHooks(fastify: FastifyInstance, options: HttpServiceOptions): void {
  fastify.decorateRequest("gatehouseCtx", undefined as never);
  fastify.addHook("onRequest", async (request, reply) => {
    reply.headers({
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
      "permissions-policy": permissionsPolicy,
      "cache-control": "no-store",
      pragma: "no-cache",
    });
    const path = (request.raw.url ?? "/").split("?")[0] as string;
    if (OPERATIONAL.has(path)) return void (await operational(path, options, reply));
    await options.beforeContext?.(request, reply);
    if (reply.sent) return reply;
    await attachContext(options, request, reply);
    if (reply.sent) return reply;
  });
  fastify.addHook("onResponse", async (request, reply) => {
    options.observe?.(request, reply, reply.elapsedTime);
    request.log.info(
      {
        "http.method": request.method,
        "http.path": (request.raw.url ?? "").split("?")[0],
        "http.route": request.routeOptions?.url,
        "http.status_code": reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
      },
      "serving http request",
    );
  });
}
