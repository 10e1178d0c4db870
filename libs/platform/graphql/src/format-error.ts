import { isApiError, type ApiError } from "@gatehouse/platform-errors-core";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** The API error behind a GraphQL error, however deep it was wrapped. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  let found = error;
  while (found instanceof GraphQLError && found.originalError) found = found.originalError;
  return isApiError(found) ? found : undefined;
}

const isValidation = (formatted: GraphQLFormattedError): boolean => formatted.extensions?.code === "GRAPHQL_VALIDATION_FAILED";

/** Whether an error is neither an API error nor a fault of the document: it is masked, and worth a line in the log. */
export function isUnexpected(formatted: GraphQLFormattedError, error: unknown): boolean {
  return !isValidation(formatted) && apiErrorOf(error) === undefined;
}

/**
 * What clients see of an error: API errors with `errorName`, `reason` and `info` as extensions; errors of validation as they are, without extensions;
 * anything else as `unexpected error`.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  if (isValidation(formatted)) return { message, ...(locations ? { locations } : {}) };
  const found = apiErrorOf(error);
  if (!found) return { message: "unexpected error", locations: [] };
  const { reason, info } = found.toJSON();
  return { message: found.message, locations: locations ?? [], ...(path ? { path } : {}), extensions: { errorName: found.errorName, reason, ...(info ? { info } : {}) } };
}
