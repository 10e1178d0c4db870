import { networkError, PortalApiError, readApiError, readCauses } from "./api-error.js";
import { readPage } from "./read-page.js";
import type { AuditLogRow, Cause, ConfigFile, InboxMessage, Page, ProjectDetail, ProjectSummary, UserRow, Viewer, WebhookDelivery } from "./shapes.js";

/** Where the API gets its access token; `renew` is asked once after a 401. */
export interface TokenSource {
  accessToken(): Promise<string | undefined>;
  renew(): Promise<string | undefined>;
  /** Called when the server refuses even a fresh token. */
  expired(): void;
}

export interface PageRequest {
  offset: number;
  limit: number;
  search?: string;
}

interface Call {
  method?: "GET" | "POST" | "PUT";
  body?: unknown;
  signal?: AbortSignal;
}

/** The portal's REST API. Every method throws PortalApiError. */
export class PortalApi {
  constructor(private readonly tokens: TokenSource) {}

  async viewer(signal?: AbortSignal): Promise<Viewer> {
    const body = await this.call<Viewer | { viewer: Viewer }>("viewer", { signal });
    return "viewer" in body ? body.viewer : body;
  }

  async projects(signal?: AbortSignal): Promise<ProjectSummary[]> {
    return readPage<ProjectSummary>(await this.call("projects", { signal }), "projects").items;
  }

  createProject(id: string): Promise<ProjectSummary> {
    return this.call("projects", { method: "POST", body: { id } });
  }

  project(id: string, signal?: AbortSignal): Promise<ProjectDetail> {
    return this.call(path(id), { signal });
  }

  /** Checks a text without saving it. */
  async validateConfig(id: string, content: string, signal?: AbortSignal): Promise<Cause[]> {
    const body = await this.call<{ causes?: unknown }>(path(id, "config/validate"), { method: "POST", body: { content }, signal });
    return readCauses(body.causes);
  }

  /** Saves; a stale checksum gives reason ResourceUpdateConflict. Without a checksum the stored file is overwritten. */
  saveConfig(id: string, file: { content: string; checksum?: string }): Promise<Partial<ConfigFile>> {
    return this.call(path(id, "config"), { method: "PUT", body: file });
  }

  async users(id: string, page: PageRequest, signal?: AbortSignal): Promise<Page<UserRow>> {
    return readPage(await this.call(path(id, "users", page), { signal }), "users", page.offset);
  }

  async auditLogs(id: string, page: PageRequest, signal?: AbortSignal): Promise<Page<AuditLogRow>> {
    return readPage(await this.call(path(id, "audit-logs", page), { signal }), "audit_logs", page.offset);
  }

  async webhookDeliveries(id: string, page: PageRequest, signal?: AbortSignal): Promise<Page<WebhookDelivery>> {
    return readPage(await this.call(path(id, "webhook-deliveries", page), { signal }), "webhook_deliveries", page.offset);
  }

  replayDelivery(id: string, deliveryId: string): Promise<unknown> {
    return this.call(path(id, `webhook-deliveries/${encodeURIComponent(deliveryId)}/replay`), { method: "POST", body: {} });
  }

  async inbox(id: string, signal?: AbortSignal): Promise<InboxMessage[]> {
    return readPage<InboxMessage>(await this.call(path(id, "inbox"), { signal }), "messages").items;
  }

  private async call<T>(route: string, call: Call): Promise<T> {
    const first = await this.send(route, call, await this.tokens.accessToken());
    if (first.status !== 401) return readAnswer(first);
    const renewed = await this.tokens.renew();
    const second = renewed ? await this.send(route, call, renewed) : first;
    if (second.status === 401) this.tokens.expired();
    return readAnswer(second);
  }

  private async send(route: string, call: Call, token: string | undefined): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (call.body !== undefined) headers["Content-Type"] = "application/json";
    try {
      return await fetch(`/api/v1/${route}`, { method: call.method ?? "GET", headers, body: call.body === undefined ? undefined : JSON.stringify(call.body), signal: call.signal });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw networkError();
    }
  }
}

async function readAnswer<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw readApiError(response.status, body);
  if (body === undefined)
    throw new PortalApiError({ name: "UnexpectedError", reason: "UnexpectedError", message: "The server sent an answer that is not JSON.", code: response.status });
  return body as T;
}

function path(projectId: string, rest = "", page?: PageRequest): string {
  const query = new URLSearchParams();
  if (page) {
    query.set("offset", String(page.offset));
    query.set("limit", String(page.limit));
    if (page.search) query.set("search", page.search);
  }
  const base = `projects/${encodeURIComponent(projectId)}`;
  return `${rest ? `${base}/${rest}` : base}${page ? `?${query}` : ""}`;
}
