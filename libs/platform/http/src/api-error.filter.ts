import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from "@nestjs/common";
import { ApiError, isApiError, unexpectedError } from "@gatehouse/platform-errors-core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readAway } from "./read-away.js";

/** The API error that stands for anything thrown while a request was served; what is not meant for clients becomes UnexpectedError. */
function toApiError(error: unknown): ApiError {
  if (isApiError(error)) return error;
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
  if (status === 404) return new ApiError("NotFound", "NotFound", "not found");
  if (status === 413) return new ApiError("RequestEntityTooLarge", "RequestEntityTooLarge", "request body is too large");
  if (status === 415) return new ApiError("BadRequest", "BadRequest", "request content type is invalid");
  if (status !== undefined && status >= 400 && status < 500) return new ApiError("BadRequest", "BadRequest", "bad request");
  return unexpectedError(error);
}

const GRAPHQL = Symbol("GraphQL request");

/** Marks a request of a GraphQL endpoint: its body counts as one of no special type, whatever it is written in. */
export function markGraphql(request: FastifyRequest): void {
  (request as { [GRAPHQL]?: true })[GRAPHQL] = true;
}

/** A JSON or GraphQL body over the limit says how large one may be. */
function sized(error: ApiError, request: FastifyRequest): ApiError {
  const graphql = (request as { [GRAPHQL]?: true })[GRAPHQL] === true;
  if (error.errorName !== "RequestEntityTooLarge" || !(graphql || /^application\/json\b/.test(request.headers["content-type"] ?? ""))) return error;
  const info = { limit: request.routeOptions.bodyLimit ?? request.server.initialConfig.bodyLimit };
  return new ApiError("RequestEntityTooLarge", graphql ? "RequestEntityTooLarge" : "JSONTooLarge", "request body too large", info);
}

/** Answers `{"error": ...}` with the status of the error's name, and logs internal errors with their cause. A body that is too large is read away first. */
export function errorReply(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const apiError = sized(toApiError(error), request);
  if (apiError.reason === "UnexpectedError") request.log.error({ err: error, tracking_id: request.id }, "request failed");
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const json = apiError.toJSON();
  const answer = (): void =>
    void reply
      .status(apiError.status)
      .header("content-type", "application/json; charset=utf-8")
      .send(JSON.stringify({ error: apiError.status >= 500 ? { tracking_id: request.id, ...json } : json }));
  if (apiError.errorName === "RequestEntityTooLarge") void readAway(request.raw).then(answer);
  else answer();
}

/** The one place that turns thrown errors into HTTP answers. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    errorReply(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
