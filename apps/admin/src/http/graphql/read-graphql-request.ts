import { badRequest } from "@gatehouse/domain-errors";
import type { GraphqlRequest } from "@gatehouse/platform-graphql";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The operation of a POST: a JSON object, or with `application/graphql` the document itself. Throws BadRequest for anything else, such as a batch. */
export function readGraphqlRequest(contentType: string | undefined, body: unknown): GraphqlRequest {
  if (/^application\/graphql\b/i.test(contentType ?? "")) return { query: nonEmpty(body) };
  if (!isObject(body)) throw badRequest("the request body must be a JSON object");
  const { operationName } = body;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") throw badRequest("operationName must be a string");
  return { query: nonEmpty(body.query), variables: readVariables(body.variables), ...(operationName ? { operationName } : {}) };
}

function nonEmpty(query: unknown): string {
  if (typeof query !== "string" || query.trim() === "") throw badRequest("query must be a non-empty string");
  return query;
}

/** Variables as an object, or as JSON text of one. */
function readVariables(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const variables = typeof value === "string" ? parsed(value) : value;
  if (!isObject(variables)) throw badRequest("variables must be an object");
  return variables;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
