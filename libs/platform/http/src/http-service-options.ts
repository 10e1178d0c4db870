import type { DynamicModule, INestApplicationContext, Type } from "@nestjs/common";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { HttpRequestInfo } from "./request-info.js";

/** How to build one HTTP service. */
export interface HttpServiceOptions {
  /** Name in logs and metrics: auth, admin, portal, resolver. */
  name: string;
  module: Type | DynamicModule;
  /** A pino logger. */
  logger: object;
  trustProxy: boolean;
  /** Runs first of all, on every request but those of health and metrics; may answer itself. */
  beforeContext?(request: FastifyRequest, reply: FastifyReply): void | Promise<void>;
  /** Builds the request's context; `undefined` means that no project has this host. Absent for services without projects. */
  contextFor?(info: HttpRequestInfo, request: FastifyRequest): Promise<object | undefined>;
  /** Answers a request of an unknown host; the default is 404 text `app not found`. */
  onUnknownHost?(request: FastifyRequest, reply: FastifyReply): void | Promise<void>;
  /** Runs after the context is known; may answer itself (redirect to the canonical origin, CORS preflight). */
  afterContext?(ctx: never, request: FastifyRequest, reply: FastifyReply): void | Promise<void>;
  /** Throws when a dependency does not answer: GET /healthz. GET /livez never asks. */
  health(): Promise<void>;
  /** Prometheus text at /metrics, if switched on. */
  metrics?(): Promise<{ contentType: string; body: string }>;
  observe?(request: FastifyRequest, reply: FastifyReply, milliseconds: number): void;
  /** Last chance to add routes or plug-ins to Fastify itself. */
  configure?(fastify: FastifyInstance, nest: INestApplicationContext): void | Promise<void>;
  /** Bytes; 1 MiB unless a service needs more. */
  bodyLimit?: number;
}
