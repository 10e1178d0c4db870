import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { GraphQLClient } from "graphql-request";
import { importJWK, type JWK, SignJWT } from "jose";

/** What a customer's back office is configured with. */
export interface AdminSettings {
  /** Where the project is served. */
  endpoint: string;
  projectId: string;
  /** The private key of `admin-api.auth`. */
  key: JWK;
}

/** The Admin API as a customer calls it: a plain GraphQL client with a token of five minutes for every call. */
export class AdminClient {
  private readonly graphql: GraphQLClient;

  constructor(private readonly settings: AdminSettings) {
    this.graphql = new GraphQLClient(`${settings.endpoint}/_api/admin/graphql`);
  }

  /** Runs an operation. Throws `ClientError` with the API's errors. */
  async run<R, V extends object>(operation: TypedDocumentNode<R, V>, variables: V): Promise<R> {
    return this.graphql.request<R>(operation, variables, { authorization: `Bearer ${await this.token()}` });
  }

  /** A call of the REST part. */
  async rest<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.settings.endpoint}/_api/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { result?: T; error?: { reason: string; message: string } };
    if (!response.ok || answer.result === undefined) throw new Error(`${method} ${path}: ${response.status} ${answer.error?.reason ?? ""} ${answer.error?.message ?? ""}`);
    return answer.result;
  }

  private async token(): Promise<string> {
    const { key, projectId } = this.settings;
    return new SignJWT({})
      .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" })
      .setAudience(projectId)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(await importJWK(key, "RS256"));
  }
}
