export { Access, accessOf, type AccessKind } from "./access.decorator.js";
export { ApiErrorFilter, errorReply } from "./api-error.filter.js";
export { createHttpService, type HttpService } from "./create-http-service.js";
export type { HttpServiceOptions } from "./http-service-options.js";
export { Ctx } from "./ctx.decorator.js";
export { parseBody, requireJson, type BodyValidator } from "./parse-body.js";
export { requestInfo, type HttpRequestInfo } from "./request-info.js";
export { type CookieToSet, writeCookies } from "./write-cookies.js";
export type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
