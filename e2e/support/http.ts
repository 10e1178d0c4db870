import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { LookupFunction } from "node:net";

/** `*.localhost` is this machine in every browser, but not for Node's resolver. */
export const loopback: LookupFunction = (_hostname, options, done) => {
  if (options.all) done(null, [{ address: "127.0.0.1", family: 4 }]);
  else done(null, "127.0.0.1", 4);
};

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** An answer, its JSON parsed. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: any;
}

/** One request. `fetch` cannot be told where a host is, so this is plain HTTP; redirects are not followed. */
export function send(url: string, { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, agent, lookup: loopback, headers: { ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) } },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          const isJson = incoming.headers["content-type"]?.includes("json");
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: isJson && text ? JSON.parse(text) : undefined });
        });
      },
    );
    outgoing.on("error", reject).end(body);
  });
}

/** What a browser keeps of cookies: names and values of one origin. */
export class CookieJar {
  private readonly values = new Map<string, string>();

  take(headers: IncomingHttpHeaders): void {
    for (const line of headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
      const gone = value === "" || /;\s*max-age=0(;|$)/i.test(line);
      if (gone) this.values.delete(name);
      else this.values.set(name, value);
    }
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  set(name: string, value: string): void {
    this.values.set(name, value);
  }

  /** Headers to send. */
  headers(): Record<string, string> {
    const text = [...this.values].map(([name, value]) => `${name}=${value}`).join("; ");
    return text ? { cookie: text } : {};
  }
}
