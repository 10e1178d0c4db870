import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { Injectable } from "@nestjs/common";
import { defaultDomain } from "../rules/choose-domains.js";
import { MintAdminToken } from "./mint-admin-token.js";

/** A request to the Admin API on behalf of somebody at the portal. */
export interface AdminApiCall {
  method: string;
  /** Path and query, below the origin. */
  target: string;
  /** Of the request itself: nothing of these says who asks. */
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** What the audit log is to know of whoever asks. */
  auditContext?: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 60_000;

/** Calls the Admin API of a project with the project's own key (spec: portal §4). */
@Injectable()
export class CallAdminApi {
  constructor(
    private readonly env: EnvConfig,
    private readonly mint: MintAdminToken,
  ) {}

  /** The answer with its body unread; undefined when none came. */
  async run(ctx: ProjectContext, { method, target, headers, body, auditContext }: AdminApiCall): Promise<IncomingMessage | undefined> {
    const { token } = await this.mint.run(ctx, auditContext);
    const endpoint = new URL(this.env.adminApiEndpoint);
    const { host, protocol } = this.addressOf(ctx);
    const sent = {
      ...headers,
      host,
      "x-forwarded-host": host,
      "x-forwarded-proto": protocol,
      ...(ctx.request.ip ? { "x-forwarded-for": ctx.request.ip } : {}),
      "x-authgear-portal-is-proxied": "true",
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    };
    return new Promise((resolve) => {
      const request = endpoint.protocol === "https:" ? secureRequest : plainRequest;
      const failed = (error: Error): void => {
        ctx.log.error({ err: error, endpoint: endpoint.origin }, "The Admin API does not answer.");
        resolve(undefined);
      };
      request(new URL(target, endpoint), { method, headers: sent, signal: AbortSignal.timeout(TIMEOUT_MS) }, resolve)
        .on("error", failed)
        .end(body);
    });
  }

  /** The project's default domain, with the port of its public origin where that is the same. */
  private addressOf(ctx: ProjectContext): { host: string; protocol: string } {
    const origin = new URL(ctx.project.config.http.public_origin);
    const domain = defaultDomain(ctx.project.id, this.env);
    return { host: origin.hostname === domain ? origin.host : domain, protocol: origin.protocol.slice(0, -1) };
  }
}
