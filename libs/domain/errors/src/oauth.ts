import { defineError } from "@gatehouse/platform-errors-core";

/** A refresh token that a JSON API was given is worth nothing. SDKs end their session on this reason. */
export const invalidGrant = defineError({
  name: "Forbidden",
  reason: "InvalidGrant",
  message: "invalid refresh token",
  cause: "The refresh token is unknown, expired or revoked.",
  remedy: "Sign in again.",
});
