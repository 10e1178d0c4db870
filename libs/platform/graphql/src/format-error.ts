import { isApiError, type ApiError } from "@gatehouse/platform-errors-core";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** The API error behind a GraphQL error, however deep it was wrapped. */
function apiErrorOf(error: unknown): ApiError | undefined {
  let found = error;
  while (found instanceof GraphQLError && found.originalError) found = found.originalError;
  return isApiError(found) ? found : undefined;
}

/** Whether a custom scalar did not take a literal of the document; what it threw is at the bottom. */
function isRefusedLiteral(error: unknown): boolean {
  let found = error;
  while (found instanceof GraphQLError && found.originalError) found = found.originalError;
  return !(found instanceof GraphQLError);
}

const isValidation = (formatted: GraphQLFormattedError, error: unknown): boolean => formatted.extensions?.code === "GRAPHQL_VALIDATION_FAILED" && !isRefusedLiteral(error);

/** What a caller did wrong but is not told: he sees `unexpected error`, and nobody needs to look after it. */
export class MaskedError extends Error {}

function isMasked(error: unknown): boolean {
  let found = error;
  while (found instanceof GraphQLError && found.originalError) found = found.originalError;
  return found instanceof MaskedError;
}

/** Codes of faults of the request itself. */
const FAULTS_OF_THE_REQUEST: readonly unknown[] = ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "OPERATION_RESOLUTION_FAILURE"];

/** Whether an error is neither an API error nor a fault of the request: it is masked, and worth a line in the log. */
export function isUnexpected(formatted: GraphQLFormattedError, error: unknown): boolean {
  return !FAULTS_OF_THE_REQUEST.includes(formatted.extensions?.code) && !isMasked(error) && apiErrorOf(error) === undefined;
}

/**
 * What clients see of an error: API errors with `errorName`, `reason` and `info` as extensions; errors of validation as they are, without extensions;
 * anything else, such as a value that a scalar does not take, as `unexpected error` (spec: admin API §5.2).
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  if (isValidation(formatted, error)) return { message, ...(locations ? { locations } : {}) };
  const found = apiErrorOf(error);
  if (!found) return { message: "unexpected error", locations: [] };
  const { reason, info } = found.toJSON();
  return { message: found.message, locations: locations ?? [], ...(path ? { path } : {}), extensions: { errorName: found.errorName, reason, ...(info ? { info } : {}) } };
}
