import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import type { HttpService } from "@gatehouse/platform-http";
import { type TestProject, testPlatform } from "@gatehouse/platform-testing";
import { createAdminService } from "../src/index.js";

/** A token for the Admin API of a project. */
export async function tokenOf({ project }: TestProject, claims: Record<string, unknown> = {}, key = project.secrets["admin-api.auth"]?.keys[0]): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return signJwt(key as KeyJwk, { aud: [project.id], iat: now, exp: now + 300, ...claims });
}

/** What a request has beside its query. */
export interface AskOptions {
  variables?: unknown;
  operationName?: string;
  token?: string;
  /** The body as it is. */
  raw?: string;
  /** Added to the URL. */
  search?: string;
  contentType?: string;
}

/** An answer of the GraphQL endpoint. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  data?: any;
  errors?: any[];
  error?: any;
}

/** The Admin API of test projects. */
export interface AdminClient {
  service: HttpService;
  ask(target: TestProject, query: string, more?: AskOptions): Promise<Answer>;
}

/** Builds the service. */
export async function adminClient(): Promise<AdminClient> {
  const service = await createAdminService((await testPlatform()).resources);
  const ask = async (target: TestProject, query: string, more: AskOptions = {}): Promise<Answer> => {
    const answer = await service.fastify.inject({
      method: "POST",
      url: `/_api/admin/graphql${more.search ?? ""}`,
      headers: { host: target.host, authorization: `Bearer ${more.token ?? (await tokenOf(target))}`, "content-type": more.contentType ?? "application/json" },
      payload: more.raw ?? JSON.stringify({ query, variables: more.variables, operationName: more.operationName }),
    });
    const json = String(answer.headers["content-type"]).includes("json");
    return { status: answer.statusCode, headers: answer.headers, body: answer.body, ...(json ? answer.json() : {}) };
  };
  return { service, ask };
}
