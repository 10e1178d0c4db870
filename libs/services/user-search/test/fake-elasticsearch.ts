import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

type Source = Record<string, unknown>;
interface Kept {
  version: number;
  source?: Source;
}
interface Property {
  type: string;
  normalizer?: string;
  copy_to?: string;
}
type Query = Record<string, Record<string, unknown>>;

/**
 * A stand-in for an Elasticsearch server: the part of its REST API that user search uses (create an index, bulk with external versions, search with bool, term, terms, prefix, match,
 * match_bool_prefix, sort, search_after). It knows no scoring and refuses what it does not know.
 */
export class FakeElasticsearch {
  /** What was called, in order. */
  readonly calls: { method: string; path: string; authorization?: string; body: string }[] = [];
  /** Answers the next call with this status. */
  failNext: number | undefined;
  private properties: Record<string, Property> | undefined;
  private readonly documents = new Map<string, Kept>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const call = { method: request.method ?? "", path: request.url ?? "", authorization: request.headers.authorization, body: Buffer.concat(chunks).toString("utf8") };
        this.calls.push(call);
        const failed = this.failNext;
        this.failNext = undefined;
        const [status, answer] = failed ? [failed, { error: "as told" }] : this.answer(call);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<FakeElasticsearch> {
    const fake = new FakeElasticsearch();
    await new Promise<void>((resolve) => fake.server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The stored document of an id. */
  stored(id: string): Source | undefined {
    return this.documents.get(id)?.source;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer({ method, path, body }: { method: string; path: string; body: string }): [number, unknown] {
    if (method === "PUT" && path === "/user") {
      if (this.properties) return [400, { error: { type: "resource_already_exists_exception" } }];
      this.properties = (JSON.parse(body) as { mappings: { properties: Record<string, Property> } }).mappings.properties;
      return [200, { acknowledged: true }];
    }
    if (!this.properties) return [404, { error: { type: "index_not_found_exception" } }];
    if (method === "POST" && path === "/_bulk") return [200, this.bulk(body)];
    if (method === "POST" && path === "/user/_search" && tooLong(body)) return [400, { error: { type: "query_shard_exception", reason: "input automaton is too large: 1001" } }];
    if (method === "POST" && path === "/user/_search") return [200, this.search(JSON.parse(body))];
    return [400, { error: `unknown: ${method} ${path}` }];
  }

  private bulk(body: string): object {
    const lines = body
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, { _id: string; version: number }> & Source);
    const items = [];
    for (let line = lines.shift(); line; line = lines.shift()) {
      const [action = "", target] = Object.entries(line)[0] ?? [];
      if (!target || !["index", "delete"].includes(action)) throw new Error(`unknown action ${action}`);
      const source = action === "index" ? lines.shift() : undefined;
      const older = (this.documents.get(target._id)?.version ?? -1) > target.version;
      if (!older) this.documents.set(target._id, { version: target.version, source });
      items.push({ [action]: { _id: target._id, status: older ? 409 : 200 } });
    }
    return { errors: false, items };
  }

  private search(body: { query: Query; sort: Record<string, Sort>[]; size: number; search_after?: unknown[] }): object {
    const keys = body.sort.map((one) => Object.entries(one)[0] as [string, Sort]);
    const sortValues = (source: Source) =>
      keys.map(([name, { missing }]) => {
        const value = source[name] as number | string | undefined;
        if (value === undefined) return missing ?? Number.MAX_SAFE_INTEGER;
        return this.properties?.[name]?.type === "date" ? Date.parse(value as string) : value;
      });
    const compare = (a: readonly (string | number)[], b: readonly unknown[]): number =>
      keys.reduce((sign, [, { order }], index) => sign || compareValues(a[index] as string, b[index] as string) * (order === "asc" ? 1 : -1), 0);
    const all = [...this.documents]
      .flatMap(([_id, { source }]) => (source && this.matches(source, body.query) ? [{ _id, sort: sortValues(source) }] : []))
      .toSorted((a, b) => compare(a.sort, b.sort));
    const behind = all.filter(({ sort }) => !body.search_after || compare(sort, body.search_after) > 0);
    return { hits: { total: { value: all.length, relation: "eq" }, hits: behind.slice(0, body.size) } };
  }

  private matches(source: Source, query: Query): boolean {
    const [kind = "", body = {}] = Object.entries(query)[0] ?? [];
    if (kind === "bool") {
      const { filter = [], should = [] } = body as { filter?: Query[]; should?: Query[] };
      return filter.every((one) => this.matches(source, one)) && (should.length === 0 || should.some((one) => this.matches(source, one)));
    }
    const [field = "", value] = Object.entries(body)[0] ?? [];
    const values = this.valuesOf(source, field);
    if (kind === "term") return values.includes(this.normal(field, value as string));
    if (kind === "terms") return (value as string[]).some((one) => values.includes(this.normal(field, one)));
    if (kind === "prefix") return values.some((one) => one.startsWith(value as string));
    if (kind !== "match" && kind !== "match_bool_prefix") throw new Error(`unknown query ${kind}`);
    const wanted = analyse((value as { query: string }).query);
    if (wanted.length === 0) return false;
    const last = kind === "match" ? undefined : wanted.pop();
    return wanted.every((word) => values.includes(word)) && (last === undefined || values.some((word) => word.startsWith(last)));
  }

  private valuesOf(source: Source, field: string): string[] {
    const { properties = {} } = this;
    if (properties[field]?.type !== "text") return [source[field] ?? []].flat().map((value) => this.normal(field, value as string));
    return Object.keys(properties)
      .filter((name) => properties[name]?.copy_to === field)
      .flatMap((name) => [source[name] ?? []].flat().flatMap((value) => analyse(value as string)));
  }

  private normal(field: string, value: string): string {
    return this.properties?.[field]?.normalizer ? value.toLowerCase() : value;
  }
}

interface Sort {
  order: "asc" | "desc";
  /** Stands for a value that is absent. */
  missing?: number;
}

const analyse = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/\p{Script=Han}/gu, " $& ")
    .match(/[\p{L}\p{M}\p{N}]+(?:['’.][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
const compareValues = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** A server follows a beginning byte by byte, up to 1,000. */
const tooLong = (body: string): boolean =>
  [...body.matchAll(/"prefix":\{"\w+":("(?:[^"\\]|\\.)*")/g)].some(([, text = '""']) => Buffer.byteLength(JSON.parse(text) as string) >= 1000);
