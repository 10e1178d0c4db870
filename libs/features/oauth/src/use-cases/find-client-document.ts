import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { type ClientMetadata, findClient, isDocumentClientId, isRegistered, OAuthError, readClientMetadata } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import { ProjectRegistry, RegisteredClientStore } from "@gatehouse/service-project-registry";
import { type Bucket, RateLimiter } from "@gatehouse/service-rate-limit";
import { limitTokens } from "../rules/token-buckets.js";

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 5_120;
/** How long a document counts as fresh, and a failure is remembered. */
const FRESH_SECONDS = 3_600;
const FAILED_SECONDS = 60;

const fetches = (ctx: ProjectContext): Bucket[] => [
  { name: "OAuthClientDocumentPerIP", args: [ctx.request.ip], config: { enabled: true, period: "1h", burst: 30 } },
  { name: "OAuthClientDocumentPerProject", args: [], config: { enabled: true, period: "1h", burst: 300 } },
];
const refused = (): OAuthError => new OAuthError("unauthorized_client", "invalid client ID");

/**
 * Client id metadata documents (OAuth Client ID Metadata Document; the MCP authorization specification), ours: a client id that is an https address is
 * described by the document there. It is fetched in bounded time and size from public addresses alone, kept as a registered client, and renewed hourly.
 */
@Injectable()
export class FindClientDocument implements OnApplicationShutdown {
  private readonly outbound: OutboundClient;

  constructor(
    private readonly db: Database,
    private readonly redis: RedisConnection,
    private readonly registry: ProjectRegistry,
    private readonly clients: RegisteredClientStore,
    private readonly limiter: RateLimiter,
    private readonly env: EnvConfig,
  ) {
    this.outbound = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: MAX_BYTES, connectTimeoutMs: TIMEOUT_MS });
  }

  /** The context with the client in it; unchanged for every other id. Throws `unauthorized_client`. */
  async run(ctx: ProjectContext, clientId: string | undefined): Promise<ProjectContext> {
    const { enabled, maximum, allowed_hosts } = ctx.project.config.oauth.client_id_metadata_documents;
    if (!enabled || !isDocumentClientId(clientId, { allowLoopback: this.env.devMode })) return ctx;
    if (allowed_hosts && !allowed_hosts.includes(new URL(clientId).hostname)) throw refused();
    const known = findClient(ctx.project.config, clientId);
    if (known && !isRegistered(known)) return ctx;
    const mark = await this.redis.client.get(this.key(ctx, clientId));
    if (known && mark !== null) return ctx;
    if (mark === "failed") throw refused();
    await limitTokens(this.limiter, ctx, fetches(ctx));
    const metadata = await this.fetch(ctx, clientId);
    if (!metadata) return known ? ctx : Promise.reject(refused());
    if (!(await this.db.transaction((tx) => this.clients.put(ctx, tx, { clientId, metadata, tokenHash: null, secretHash: null, maximum })))) throw refused();
    await this.registry.invalidate(ctx.project.id);
    const project = await this.registry.byId(ctx.project.id);
    return project ? { ...ctx, project } : ctx;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }

  /** The document, when it is one and names itself; success and failure are remembered. */
  private async fetch(ctx: ProjectContext, clientId: string): Promise<ClientMetadata | undefined> {
    const metadata = await this.download(clientId).catch((error: unknown) => {
      ctx.log.info({ clientId, err: error }, "A client's metadata document could not be used.");
      return undefined;
    });
    await this.redis.client.set(this.key(ctx, clientId), metadata ? "fresh" : "failed", "EX", metadata ? FRESH_SECONDS : FAILED_SECONDS);
    return metadata;
  }

  private async download(clientId: string): Promise<ClientMetadata> {
    const { status, headers, body } = await this.outbound.send({ method: "GET", url: clientId, headers: { accept: "application/json" }, timeoutMs: TIMEOUT_MS });
    if (status !== 200) throw new Error(`the address answered ${status}`);
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(String(headers["content-type"] ?? ""))) throw new Error("the document is not JSON");
    const document = JSON.parse(body.toString("utf8")) as Record<string, unknown> | null;
    if (typeof document !== "object" || document === null || document.client_id !== clientId) throw new Error("the document names another client");
    return readClientMetadata(document);
  }

  private key(ctx: ProjectContext, clientId: string): string {
    return projectKey(ctx, "client-document", clientId);
  }
}
