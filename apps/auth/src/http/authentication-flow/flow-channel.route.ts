import websocket from "@fastify/websocket";
import { allowedOrigin } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { FastifyInstance, FastifyRequest } from "@gatehouse/platform-http";
import { FlowChannel } from "@gatehouse/record-one-time-codes";

const PATH = "/api/v1/authentication_flows/ws";
const CHANNEL = /^ws_[0-9A-HJKMNP-TV-Z]{32}$/;
/** A client that says nothing for so long is gone. */
const SILENCE_MS = 30_000;
/** Nothing a client sends is read. */
const MAX_FRAME_BYTES = 4096;

/** The part of a websocket that is used here. */
interface Socket {
  send(text: string): void;
  close(): void;
  on(event: "message" | "ping" | "pong" | "close" | "error", listener: () => void): void;
}

const contextOf = (request: FastifyRequest): ProjectContext => (request as unknown as { gatehouseCtx: ProjectContext }).gatehouseCtx;

/** Tells the client of a run to read its state again (spec: authentication flow §2.7). Server to client only. */
export async function addFlowChannelRoute(fastify: FastifyInstance, channels: FlowChannel, corsAllowedOrigins: readonly string[]): Promise<void> {
  await fastify.register(websocket as never, { options: { maxPayload: MAX_FRAME_BYTES } } as never);
  const route = {
    method: "GET",
    url: PATH,
    websocket: true,
    preValidation: async (request: FastifyRequest, reply: { status(code: number): { send(text: string): unknown } }) => {
      const { origin } = request.headers;
      if (origin && !allowedOrigin(contextOf(request), origin, corsAllowedOrigins)) await reply.status(403).send("origin is not allowed");
    },
    handler: (socket: Socket, request: FastifyRequest) => listen(socket, request, channels),
  };
  await fastify.register(async (scope) => void scope.route(route as never));
}

function listen(socket: Socket, request: FastifyRequest, channels: FlowChannel): void {
  const ctx = contextOf(request);
  const channel = (request.query as { channel?: unknown }).channel;
  if (typeof channel !== "string" || !CHANNEL.test(channel)) {
    socket.close();
    return;
  }
  const timer = setTimeout(() => socket.close(), SILENCE_MS);
  const subscribed = channels.subscribe(ctx, channel, () => socket.send(JSON.stringify({ kind: "refresh" })));
  subscribed.catch((error: unknown) => {
    ctx.log.error({ err: error }, "A client could not be subscribed to its flow's channel.");
    socket.close();
  });
  for (const event of ["message", "ping", "pong"] as const) socket.on(event, () => timer.refresh());
  socket.on("error", () => socket.close());
  socket.on("close", () => {
    clearTimeout(timer);
    subscribed.then((unsubscribe) => unsubscribe()).catch(() => undefined);
  });
}
