import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { FlowClient } from "./flow-client.js";
import { type HttpAnswer, send } from "./http.js";
import { byEmail, newPassword } from "./inputs.js";
import { authorize, claimsOf } from "./oauth.js";
import { codeFor, portal } from "./platform.js";

type Json = Record<string, any>;

/** Somebody who works in the portal, signed in there the way its page does it. */
export class Developer {
  private constructor(
    readonly userId: string,
    readonly headers: { authorization: string },
  ) {}

  /** A new account of the platform's own project. */
  static async signUp(): Promise<Developer> {
    const { authgear_endpoint, client_id } = (await send(`${portal}/api/config`)).json;
    const browser = new FlowClient(authgear_endpoint);
    const email = `${randomUUID()}@example.com`;
    const asked = await browser.run("signup", [byEmail(email)]);
    const proven = await browser.feed(asked.token, { code: await codeFor(new URL(authgear_endpoint).hostname.split(".")[0] ?? "", email) });
    const done = await browser.feed(proven.token, newPassword());
    if (!done.finished) throw new Error(`the sign-up did not finish: ${JSON.stringify(done.error ?? done.action)}`);
    const redirect_uri = `${portal}/oauth-redirect`;
    const { location, verifier: code_verifier } = await authorize(browser, { client_id, redirect_uri, prompt: "none", x_sso_enabled: "true" });
    const form = { grant_type: "authorization_code", client_id, redirect_uri, code: location.searchParams.get("code") ?? "", code_verifier };
    const answer = await browser.call("POST", "/oauth2/token", { body: new URLSearchParams(form).toString(), headers: { "content-type": "application/x-www-form-urlencoded" } });
    if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}: ${answer.text}`);
    const { access_token } = answer.json;
    return new Developer(claimsOf(access_token).sub, { authorization: `Bearer ${access_token}` });
  }

  /** Makes a project of which this developer is the owner. */
  async createProject(id: string): Promise<void> {
    const answer = await send(`${portal}/api/v1/projects`, { method: "POST", headers: { ...this.headers, "content-type": "application/json" }, body: JSON.stringify({ id }) });
    if (answer.status !== 201) throw new Error(`the portal answered ${answer.status}: ${answer.text}`);
  }
}

/** What is sent to the portal. */
interface RawRequest {
  method?: string;
  /** On the wire exactly as it is written here. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One request to the portal that nothing on the way tidies up. */
export function sendRaw({ method = "POST", path, headers = {}, body = "" }: RawRequest): Promise<Pick<HttpAnswer, "status" | "headers" | "text"> & { json: Json | undefined }> {
  const { hostname, port } = new URL(portal);
  return new Promise((resolve, reject) => {
    const length = method === "GET" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    request({ host: hostname, port, path, method, headers: { ...headers, ...length } }, async (incoming) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString("utf8");
      const isJson = incoming.headers["content-type"]?.includes("json");
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: isJson && text ? JSON.parse(text) : undefined });
    })
      .on("error", reject)
      .end(body);
  });
}
