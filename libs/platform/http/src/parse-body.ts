import { ApiError } from "@gatehouse/platform-errors-core";

/** A compiled schema, as `compileSchema` of platform-schema makes it. */
export interface BodyValidator<T> {
  causes(value: unknown): { location: string; kind: string; details?: Record<string, unknown> }[];
  is(value: unknown): value is T;
}

/** The body as the schema's type; throws Invalid/ValidationFailed with the causes. */
export function parseBody<T>(validator: BodyValidator<T>, body: unknown, message = "invalid request body"): T {
  if (validator.is(body)) return body;
  throw new ApiError("Invalid", "ValidationFailed", message, { causes: validator.causes(body) });
}

/** Demands `Content-Type: application/json` (at most with `charset=utf-8`); throws BadRequest/BadRequest. */
export function requireJson(contentType: string | undefined): void {
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType ?? "")) throw new ApiError("BadRequest", "BadRequest", "request content type is invalid");
}

/** The body of a request that must be JSON: `requireJson`, then `parseBody`. An empty body is no JSON: BadRequest/InvalidJSON. */
export function parseJsonBody<T>(validator: BodyValidator<T>, { headers, body }: { headers: { "content-type"?: string | undefined }; body?: unknown }): T {
  requireJson(headers["content-type"]);
  if (body === undefined) throw new ApiError("BadRequest", "InvalidJSON", "invalid JSON", { byte_offset: 0 });
  return parseBody(validator, body);
}
