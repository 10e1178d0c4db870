import type { GraphQLFormattedError } from "graphql";

/** One operation to run. */
export interface GraphqlRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** The answer; `errors` is absent when there are none. */
export interface GraphqlResponse {
  errors?: readonly GraphQLFormattedError[];
  data: Record<string, unknown> | null;
}
