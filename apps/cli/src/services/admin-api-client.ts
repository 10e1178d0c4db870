import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Dispatcher, request } from "undici";
import { parse } from "yaml";
import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { callOperator, OperatorCallFailed } from "./operator-client.js";
import type { ProjectFiles } from "./project-folder.js";

/** Which project, and where its servers answer. */
export interface AdminApiAddress {
  project: string;
  /** Origin of the portal, which gives the project's key to the operator. */
  portal: string;
  /** Origin of the Admin API; by default the project's own. */
  admin?: string;
}

interface SecretsFile {
  secrets?: { key: string; data?: { keys?: KeyJwk[] } }[];
}

const LIFETIME_SECONDS = 300;

/** Calls the Admin API of a project with a token signed by the project's key, which the operator API hands out. */
export class AdminApiClient {
  private constructor(
    private readonly project: string,
    private readonly key: KeyJwk,
    private readonly origin: URL,
    private readonly admin: string | undefined,
  ) {}

  /** Throws `OperatorCallFailed` when the project or its key cannot be had. */
  static async open({ project, portal, admin }: AdminApiAddress): Promise<AdminApiClient> {
    const { files, endpoints } = await callOperator<{ files: ProjectFiles; endpoints: { public_origin: string } }>(portal, `projects/${encodeURIComponent(project)}`);
    const text = files["authgear.secrets.yaml"];
    const secrets = typeof text === "string" ? (parse(text) as SecretsFile).secrets : undefined;
    const key = secrets?.find((item) => item.key === "admin-api.auth")?.data?.keys?.[0];
    if (!key) throw new OperatorCallFailed(`The project ${project} has no key for its Admin API.`);
    return new AdminApiClient(project, key, new URL(endpoints.public_origin), admin);
  }

  /** The `result` of an answer. Throws `OperatorCallFailed` with what the Admin API says. */
  async call<T>(path: string, body?: string): Promise<T> {
    const now = Math.floor(Date.now() / 1000);
    const token = await signJwt(this.key, { aud: [this.project], iat: now, exp: now + LIFETIME_SECONDS });
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const response = await this.send(new URL(`/_api/admin/${path}`, this.origin), {
      method: body === undefined ? "GET" : "POST",
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const answer = (await response.body.json().catch(() => ({}))) as { result?: T; error?: { reason: string; message: string; info?: unknown } };
    if (answer.result !== undefined) return answer.result;
    const { reason = String(response.statusCode), message = "the Admin API refused the call", info } = answer.error ?? {};
    throw new OperatorCallFailed(`${message} (${reason})${info ? ` ${JSON.stringify(info)}` : ""}`);
  }

  /** Writes the file of a link to a path, or to an open stream. */
  async download(link: string, to: string | Writable): Promise<void> {
    const url = new URL(link);
    const response = url.host === this.origin.host ? await this.send(url, { method: "GET" }) : await request(url);
    if (response.statusCode !== 200) throw new OperatorCallFailed(`The file could not be fetched (${response.statusCode}).`);
    await pipeline(response.body, typeof to === "string" ? createWriteStream(to, { mode: 0o600 }) : to, { end: typeof to === "string" });
  }

  /** Names of `.localhost` are this machine, whatever its resolver says (RFC 6761 §6.3). */
  private async send(url: URL, options: { method: "GET" | "POST"; headers?: Record<string, string>; body?: string }): Promise<Dispatcher.ResponseData> {
    const target = new URL(url.pathname + url.search, this.admin ?? this.origin);
    if (target.hostname.endsWith(".localhost")) target.hostname = "127.0.0.1";
    return request(target, { ...options, headers: { ...options.headers, host: this.origin.host } }).catch((error: Error) => {
      throw new OperatorCallFailed(`The Admin API at ${target.origin} does not answer (${error.message}). Name another one with --admin.`);
    });
  }
}
