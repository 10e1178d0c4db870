import { ApiError, type ErrorEntry } from "@gatehouse/platform-errors-core";
import type { Cause } from "@gatehouse/platform-schema";

const entry: ErrorEntry = {
  name: "Invalid",
  reason: "ValidationFailed",
  message: "invalid value",
  info: { causes: "a list of {location, kind, details?}" },
  cause: "A document or a request body breaks its schema or a rule across fields.",
  remedy: "Each cause names the place (JSON pointer) and the rule.",
};

/** Invalid/ValidationFailed with its causes; the message names what was validated. */
export const validationFailed = Object.assign((causes: readonly Cause[], message = entry.message): ApiError => new ApiError("Invalid", "ValidationFailed", message, { causes }), {
  entry,
  is: (error: unknown): boolean => error instanceof ApiError && error.reason === "ValidationFailed",
});
