import { createHash, randomBytes } from "node:crypto";
import { createAuthService } from "../src/index.js";
import { testPlatform, type TestProject, type TestProjectOptions, testProject } from "@gatehouse/platform-testing";
import type { HttpService } from "@gatehouse/platform-http";

let service: Promise<HttpService> | undefined;

/** The auth service of this worker, booted once. */
async function authService(): Promise<HttpService> {
  service ??= testPlatform().then(({ resources }) => createAuthService(resources));
  return service;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json: any;
  cookies: Record<string, string>;
}

type Send = { method?: "GET" | "POST" | "OPTIONS" | "PUT" | "DELETE"; form?: Record<string, string>; json?: unknown; headers?: Record<string, string>; raw?: string };

/** A client of one project: sends requests in process and keeps cookies. */
export class AuthClient {
  readonly jar: Record<string, string> = {};

  constructor(
    private readonly http: HttpService,
    readonly project: TestProject,
  ) {}

  async send(url: string, { method, form, json, headers = {}, raw }: Send = {}): Promise<Reply> {
    const target = new URL(url, `http://${this.project.host}`);
    const cookie = Object.entries(this.jar)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
    const body = raw ?? (form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json));
    const type = form ? "application/x-www-form-urlencoded" : json === undefined && raw === undefined ? undefined : "application/json";
    const answer = await this.http.fastify.inject({
      method: method ?? (body === undefined ? "GET" : "POST"),
      url: target.pathname + target.search,
      remoteAddress: this.project.ctx.request.ip,
      headers: { host: this.project.host, ...(cookie ? { cookie } : {}), ...(type ? { "content-type": type } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const cookies = Object.fromEntries(answer.cookies.map(({ name, value }) => [name, value]));
    for (const [name, value] of Object.entries(cookies))
      if (value === "") delete this.jar[name];
      else this.jar[name] = value;
    const isJson = String(answer.headers["content-type"] ?? "").includes("json");
    return { status: answer.statusCode, headers: answer.headers as Reply["headers"], body: answer.body, json: isJson ? answer.json() : undefined, cookies };
  }

  /** Gets an address; the answer is as it came, in bytes. */
  sendRaw(url: string, headers: Record<string, string> = {}) {
    return this.http.fastify.inject({ url, remoteAddress: this.project.ctx.request.ip, headers: { host: this.project.host, ...headers } });
  }

  /** Creates a flow and feeds it; returns every answer. */
  async flow(type: string, inputs: Record<string, unknown>[], urlQuery?: string): Promise<Reply[]> {
    const answers = [await this.send("/api/v1/authentication_flows", { json: { type, name: "default", ...(urlQuery ? { url_query: urlQuery } : {}) } })];
    for (const input of inputs) answers.push(await this.feed((answers.at(-1) as Reply).json.result.state_token, input));
    return answers;
  }

  feed(state_token: string, input: Record<string, unknown>): Promise<Reply> {
    return this.send("/api/v1/authentication_flows/states/input", { json: { state_token, input } });
  }

  async signUp(email: string, password = "correct horse"): Promise<Reply> {
    return (
      await this.flow("signup", [
        { identification: "email", login_id: email },
        { authentication: "primary_password", new_password: password },
      ])
    ).at(-1) as Reply;
  }
}

/** A project with a public client `spa` and no verification of addresses, and a client for it. */
export async function authClient(options: TestProjectOptions = {}): Promise<AuthClient> {
  const clients = [
    { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], post_logout_redirect_uris: ["http://app.test/bye"] },
    { client_id: "rotating", name: "rotating", x_application_type: "native", redirect_uris: ["http://app.test/cb"], refresh_token_rotation_enabled: true },
    { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] },
    { client_id: "third", name: "third", client_name: "Third", x_application_type: "third_party_app", redirect_uris: ["http://third.test/cb"] },
  ];
  const secret = (client_id: string) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: Buffer.from(`secret-of-${client_id}`).toString("base64url"), created_at: 1 }] });
  const own = options.secrets?.some(({ key }) => key === "oauth.client_secrets") ? [] : [{ key: "oauth.client_secrets", data: { items: ["web", "third"].map(secret) } }];
  const config = { oauth: { clients }, verification: { claims: { email: { enabled: true, required: false } } }, ...options.config };
  const project = await testProject({ ...options, config, secrets: [...own, ...(options.secrets ?? [])] });
  return new AuthClient(await authService(), project);
}

/** A PKCE pair. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** Walks from the authorization endpoint to a code, by login through the flow API. */
export async function obtainCode(
  client: AuthClient,
  asked: { clientId?: string; redirectUri?: string; email: string; password?: string; more?: Record<string, string>; scope?: string },
): Promise<{ code: string; verifier: string; answer: Reply; consent: string }> {
  const { verifier, challenge } = pkce();
  const query = new URLSearchParams({
    client_id: asked.clientId ?? "spa",
    redirect_uri: asked.redirectUri ?? "http://app.test/cb",
    response_type: "code",
    scope: asked.scope ?? "openid offline_access https://authgear.com/scopes/full-access",
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "s1",
    ...asked.more,
  });
  const started = await client.send(`/oauth2/authorize?${query}`);
  const ui = new URL(started.headers.location as string);
  const finished = (
    await client.flow(
      "login",
      [
        { identification: "email", login_id: asked.email },
        { authentication: "primary_password", password: asked.password ?? "correct horse" },
      ],
      ui.search.slice(1),
    )
  ).at(-1) as Reply;
  const consent = finished.json.result.action.data.finish_redirect_uri as string;
  const answer = await client.send(consent);
  const location = answer.headers.location as string | undefined;
  return { code: (location && new URL(location).searchParams.get("code")) || "", verifier, answer, consent };
}
