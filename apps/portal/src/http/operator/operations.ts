import type { TSchema } from "@gatehouse/platform-schema";
import { type answers, putProjectBody, testSessionBody } from "./operator.schema.js";

/** One operation of the operator API, for its OpenAPI document. */
export interface Operation {
  method: "get" | "put" | "post" | "delete";
  path: string;
  id: string;
  summary: string;
  query?: readonly { name: string; description: string; schema: Record<string, unknown> }[];
  body?: TSchema;
  /** Status to the name of the answer; undefined for no body. */
  success: Readonly<Record<string, keyof typeof answers | undefined>>;
  errors: readonly number[];
}

const project = "/operator/v1/projects/{projectId}";

/** Every operation of the operator API; a test compares the list with the routes served. */
export const operations: readonly Operation[] = [
  {
    method: "get",
    path: "/operator/v1/projects",
    id: "listProjects",
    summary: "List projects by id.",
    query: [
      { name: "cursor", description: "next_cursor of the page before.", schema: { type: "string" } },
      { name: "limit", description: "At most this many.", schema: { type: "integer", minimum: 1, maximum: 100, default: 50 } },
    ],
    success: { 200: "ProjectList" },
    errors: [400, 401],
  },
  { method: "get", path: project, id: "getProject", summary: "Export a project with all its files, secrets included.", success: { 200: "Project" }, errors: [401, 404] },
  {
    method: "put",
    path: project,
    id: "putProject",
    summary: "Create or replace a project atomically; missing keys and client secrets are generated.",
    body: putProjectBody,
    success: { 200: "PutProjectResult", 201: "PutProjectResult" },
    errors: [400, 401, 409, 413],
  },
  { method: "delete", path: project, id: "deleteProject", summary: "Delete a project with everything in it.", success: { 204: undefined }, errors: [401, 404] },
  {
    method: "post",
    path: `${project}/admin-token`,
    id: "mintAdminToken",
    summary: "Mint an Admin API token that lives five minutes.",
    success: { 200: "AdminToken" },
    errors: [401, 404],
  },
  {
    method: "get",
    path: `${project}/inbox`,
    id: "listInbox",
    summary: "Messages kept because no provider is configured, newest first (development mode only).",
    success: { 200: "Inbox" },
    errors: [401, 404],
  },
  {
    method: "post",
    path: `${project}/testkit/sessions`,
    id: "createTestSession",
    summary: "Sign a user in without credentials (development mode only).",
    body: testSessionBody,
    success: { 200: "TestSession" },
    errors: [400, 401, 404],
  },
];
