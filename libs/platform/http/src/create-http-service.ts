import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import cookie from "@fastify/cookie";
import { Logger, type Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { type FastifyInstance, LogController } from "fastify";
import { ApiErrorFilter } from "./api-error.filter.js";
import { addBodyParsers } from "./body-parsers.js";
import { addCommonHooks } from "./common-hooks.js";
import type { HttpServiceOptions } from "./http-service-options.js";

/** A running service. */
export interface HttpService {
  readonly nest: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  /** Serves one raw request: lets several services share one port. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Takes one upgrade of a connection, for services that share a port. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Listens; port 0 picks one. Returns the URL. */
  listen(address: { host: string; port: number }): Promise<string>;
  /** Finishes the requests in flight, then runs the shutdown hooks. */
  close(): Promise<void>;
}

/** Builds a Nest application on Fastify with the hooks every Gatehouse service shares. */
export async function createHttpService(options: HttpServiceOptions): Promise<HttpService> {
  const adapter = new FastifyAdapter({
    loggerInstance: options.logger as never,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: false },
    return503OnClosing: false,
    forceCloseConnections: "idle",
  } as never);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  await fastify.register(cookie as never);
  addCommonHooks(fastify, options);
  const nest = await NestFactory.create<NestFastifyApplication>(options.module as Type, adapter, { logger: false, bodyParser: false, abortOnError: false });
  Logger.overrideLogger(false);
  addBodyParsers(fastify);
  nest.useGlobalFilters(new ApiErrorFilter());
  await options.configure?.(fastify, nest);
  await nest.init();
  await fastify.ready();
  return {
    nest,
    fastify,
    handle: (request, response) => fastify.routing(request, response),
    upgrade: (request, socket, head) => {
      if (!fastify.server.emit("upgrade", request, socket, head)) socket.destroy();
    },
    listen: async (address) => {
      await nest.listen(address.port, address.host);
      return nest.getUrl();
    },
    close: () => nest.close(),
  };
}
