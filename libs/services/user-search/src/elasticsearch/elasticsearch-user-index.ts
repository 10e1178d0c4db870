import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { OutboundClient, type OutboundResponse } from "@gatehouse/platform-outbound";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import { LONGEST_VALUE } from "../analyse-text.js";
import { type DocumentBatch, UserDocuments } from "../user-documents.read.js";
import type { UserDocument } from "../user-document.js";
import type { UserIndex, UserSearchPage, UserSearchQuery } from "../user-search-query.js";
import { INDEX, INDEX_DEFINITION } from "./index-definition.js";
import { searchBody, toSearchCursor } from "./search-body.js";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 16 * 1024 * 1024;
/** A newer version was there before: not a failure. */
const CONFLICT = 409;

interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: string;
  type?: string;
}

/** User search in Elasticsearch or OpenSearch, over its REST API. The server of a project is that of its secret `elasticsearch`, else the deployment's. */
@Injectable()
export class ElasticsearchUserIndex implements UserIndex, OnApplicationShutdown {
  /** Projects' own URLs lead to public addresses only; the operator's may be anywhere. */
  private readonly strangers: OutboundClient;
  private readonly own: OutboundClient;
  private readonly created = new Set<string>();

  constructor(
    private readonly env: EnvConfig,
    private readonly db: Database,
    private readonly documents: UserDocuments,
  ) {
    this.strangers = new OutboundClient({ allowLoopback: env.devMode, maxResponseBytes: MAX_ANSWER });
    this.own = new OutboundClient({ allowLoopback: true, allowPrivate: true, maxResponseBytes: MAX_ANSWER });
  }

  /** Whether a server is known for the project. */
  hasCredentials(ctx: ProjectContext): boolean {
    return this.serverOf(ctx) !== "";
  }

  /** One call. */
  async search(ctx: ProjectContext, query: UserSearchQuery): Promise<UserSearchPage> {
    const body = JSON.stringify(searchBody(ctx, query));
    if ([...(query.keyword ?? "")].length > LONGEST_VALUE) return { hits: [], totalCount: 0 }; // nobody has such a value, and the server refuses the question
    const answer = await this.call(ctx, { method: "POST", path: `/${INDEX}/_search`, body });
    if (answer.status === 404) return { hits: [], totalCount: 0 }; // nothing was ever indexed
    const { hits } = succeeded<{ hits: { total: { value: number }; hits: { _id: string; sort: unknown[] }[] } }>(answer);
    const prefix = `${ctx.project.id}:`.length;
    return { hits: hits.hits.map(({ _id, sort }) => ({ userId: _id.slice(prefix), cursor: toSearchCursor(sort) })), totalCount: hits.total.value };
  }

  /** One bulk call for a batch. Versions keep an older state from overwriting a newer one. */
  async reindex(ctx: ProjectContext, userIds: readonly string[]): Promise<void> {
    const batch = await this.db.read((tx) => this.documents.read(ctx, tx, userIds));
    await this.createIndex(ctx);
    const answer = await this.call(ctx, { method: "POST", path: "/_bulk", body: bulkBody(ctx, batch), type: "application/x-ndjson" });
    const { items } = succeeded<{ items: Record<string, { status: number }>[] }>(answer);
    const failed = items.flatMap((item) => Object.values(item)).find(({ status }) => status >= 300 && status !== CONFLICT && status !== 404);
    if (failed) throw new Error(`Elasticsearch refused a document with status ${failed.status}`);
    await this.db.read((tx) => this.documents.clearMarks(ctx, tx, batch));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.strangers.close(), this.own.close()]);
  }

  /** Makes the index where it is missing, once for each server this process meets. */
  private async createIndex(ctx: ProjectContext): Promise<void> {
    const server = this.serverOf(ctx);
    if (this.created.has(server)) return;
    const answer = await this.call(ctx, { method: "PUT", path: `/${INDEX}`, body: JSON.stringify(INDEX_DEFINITION) });
    if (answer.status >= 300 && !answer.body.includes("resource_already_exists_exception")) succeeded(answer);
    this.created.add(server);
  }

  private serverOf(ctx: ProjectContext): string {
    return ctx.project.secrets.elasticsearch?.elasticsearch_url ?? this.env.elasticsearchUrl;
  }

  private call(ctx: ProjectContext, { method, path, body, type = "application/json" }: Call): Promise<OutboundResponse> {
    const url = new URL(this.serverOf(ctx));
    const authorization = url.username ? `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}` : undefined;
    [url.username, url.password, url.pathname] = ["", "", url.pathname.replace(/\/$/, "") + path];
    const client = ctx.project.secrets.elasticsearch ? this.strangers : this.own;
    return client.send({ method, url: url.href, body, headers: { "content-type": type, ...(authorization ? { authorization } : {}) }, timeoutMs: TIMEOUT_MS });
  }
}

function succeeded<T>({ status, body }: OutboundResponse): T {
  if (status >= 300) throw new Error(`Elasticsearch answered ${status}: ${body.toString("utf8").slice(0, 500)}`);
  return JSON.parse(body.toString("utf8")) as T;
}

const millis = (time: string): string => new Date(time).toISOString();

function bulkBody(ctx: ProjectContext, { documents, gone, readAt }: DocumentBatch): string {
  const target = (id: string) => ({ _index: INDEX, _id: `${ctx.project.id}:${id}`, version: Number(readAt), version_type: "external_gte" });
  const lines = [...documents.flatMap((document) => [{ index: target(document.id) }, toSource(document)]), ...gone.map((id) => ({ delete: target(id) }))];
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
}

function toSource(document: UserDocument): object {
  const { created_at, updated_at, last_login_at } = document;
  return {
    ...document,
    created_at: millis(created_at),
    updated_at: millis(updated_at),
    ...(last_login_at ? { last_login_at: millis(last_login_at) } : {}),
    login_order: last_login_at ? Date.parse(last_login_at) : 0,
  };
}
