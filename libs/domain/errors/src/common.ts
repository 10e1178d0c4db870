import { defineError } from "@gatehouse/platform-errors-core";

/** The body is not JSON. */
export const invalidJson = defineError<{ byte_offset: number }>({
  name: "BadRequest",
  reason: "InvalidJSON",
  message: "invalid JSON",
  info: { byte_offset: "where parsing stopped, in bytes" },
  cause: "The request body is not well-formed JSON.",
  remedy: "Send well-formed JSON.",
});
/** The request makes no sense to the endpoint. */
export const badRequest = defineError({
  name: "BadRequest",
  reason: "BadRequest",
  message: "bad request",
  cause: "The content type or the form of the request is wrong.",
  remedy: "See the message.",
});
/** A JSON body above the limit. */
export const jsonTooLarge = defineError<{ limit: number }>({
  name: "RequestEntityTooLarge",
  reason: "JSONTooLarge",
  message: "request body too large",
  info: { limit: "bytes allowed" },
  cause: "The JSON body is larger than the endpoint takes.",
  remedy: "Send less.",
});
/** Nothing is there, or not for this caller. */
export const notFound = defineError({
  name: "NotFound",
  reason: "NotFound",
  message: "not found",
  cause: "The thing does not exist in this project.",
  remedy: "Check the id and the host.",
});
/** The caller did not prove who he is. */
export const unauthorized = defineError({
  name: "Unauthorized",
  reason: "Unauthorized",
  message: "unauthorized",
  cause: "The credential is missing, wrong or expired.",
  remedy: "Sign in again or check the token.",
});
/** The caller is known and may not do this. */
export const forbidden = defineError({
  name: "Forbidden",
  reason: "Forbidden",
  message: "forbidden",
  cause: "The caller may not do this.",
  remedy: "Ask an owner of the project.",
});
/** A flow API limit of the client address. */
export const tooManyRequest = defineError({
  name: "TooManyRequest",
  reason: "TooManyRequest",
  message: "Reach Rate Limit",
  cause: "Too many requests from one address.",
  remedy: "Wait and try again.",
});
/** A rate limit bucket is empty (spec/project-configuration.md §10.1). */
export const rateLimited = defineError<{ rate_limit?: { name: string; group: string }; rate_limit_name?: string; bucket_name: string }>({
  name: "TooManyRequest",
  reason: "RateLimited",
  message: "request rate limited",
  info: { rate_limit: "name and group of the limit", rate_limit_name: "the group, deprecated", bucket_name: "the bucket" },
  cause: "A rate limit of the project is exhausted.",
  remedy: "Wait; or raise the limit in authgear.yaml.",
});
