import type { TSchema } from "@gatehouse/platform-schema";
import { operations, type Operation } from "./operations.js";
import { answers } from "./operator.schema.js";

const json = (schema: unknown): object => ({ "application/json": { schema } });
const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
/** A schema as plain JSON, without the symbols TypeBox adds. */
const plain = (schema: TSchema): unknown => JSON.parse(JSON.stringify(schema));

const STATUS_TEXT: Readonly<Record<string, string>> = {
  200: "Done.",
  201: "Created.",
  204: "Deleted.",
  400: "The request is invalid; `info.causes` says where.",
  401: "The operator token is missing or wrong.",
  404: "There is no such project, or the route needs development mode.",
  409: "Something else has this name.",
  413: "A file is too large.",
};

function describe(operation: Operation): object {
  const responses = [
    ...Object.entries(operation.success).map(
      ([status, answer]) => [status, { description: STATUS_TEXT[status], ...(answer ? { content: json(reference(answer)) } : {}) }] as const,
    ),
    ...operation.errors.map((status) => [String(status), { description: STATUS_TEXT[status], content: json(reference("Error")) }] as const),
  ];
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    description: "Id of the project.",
    schema: { type: "string" },
  }));
  const inQuery = (operation.query ?? []).map((parameter) => ({ ...parameter, in: "query", required: false }));
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: ["projects"],
    ...(inPath.length + inQuery.length > 0 ? { parameters: [...inPath, ...inQuery] } : {}),
    ...(operation.body ? { requestBody: { required: true, content: json(plain(operation.body)) } } : {}),
    responses: Object.fromEntries(responses),
  };
}

/** The OpenAPI 3.1 document of the operator API, made from the schemas that check its requests. `origin` is where the portal answers. */
export function openApiDocument(origin: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    paths[operation.path] = { ...methods, [operation.method]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Gatehouse operator API",
      version: "1.0.0",
      description: "Projects of a deployment: create, replace, export, delete.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: origin }],
    security: [{ operatorToken: [] }],
    tags: [{ name: "projects", description: "Projects of the deployment." }],
    paths,
    components: {
      securitySchemes: { operatorToken: { type: "http", scheme: "bearer", description: "GATEHOUSE_OPERATOR_TOKEN" } },
      schemas: Object.fromEntries(Object.entries(answers).map(([name, schema]) => [name, plain(schema)])),
    },
  };
}
