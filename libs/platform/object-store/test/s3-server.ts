import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
const encode = (text: string) => encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Whether a pre-signed link is whole and in time (AWS Signature Version 4, query parameters). */
function mayDownload(url: URL, host: string, secret: string): boolean {
  const query = [...url.searchParams].filter(([name]) => name !== "X-Amz-Signature");
  const canonical = query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const date = url.searchParams.get("X-Amz-Date") ?? "";
  const scope = (url.searchParams.get("X-Amz-Credential") ?? "").split("/").slice(1);
  const request = ["GET", url.pathname, canonical, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const key = scope.reduce<string | Buffer>((former, part) => hmac(former, part), `AWS4${secret}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(request)].join("\n")).toString("hex");
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return signature === url.searchParams.get("X-Amz-Signature") && Date.now() < signedAt + Number(url.searchParams.get("X-Amz-Expires")) * 1000;
}

interface Kept {
  body: Buffer;
  type: string;
}

/** A stand-in for a bucket of S3: objects, uploads in parts, conditional puts, signed links. */
export class S3Server {
  readonly objects = new Map<string, Kept>();
  /** Overlooks conditions of puts, as some stores do. */
  ignoresConditions = false;
  readonly uploads = new Map<string, { parts: Map<number, Buffer>; type: string }>();
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });

  async start(secretAccessKey: string): Promise<string> {
    this.secret = secretAccessKey;
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private secret = "";

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = request.headers.host ?? "";
    const url = new URL(request.url ?? "/", `http://${host}`);
    const body = await buffer(request);
    const signed = url.searchParams.has("X-Amz-Algorithm") || !request.headers.authorization;
    if (signed && !(request.method === "GET" && mayDownload(url, host, this.secret))) return void response.writeHead(403).end();
    const key = decodeURIComponent(url.pathname);
    const type = request.headers["content-type"] ?? "";
    const uploadId = url.searchParams.get("uploadId");
    if (url.searchParams.get("list-type") === "2") return this.list(response, key, url.searchParams);
    if (request.method === "HEAD") return void response.writeHead(this.objects.has(key) ? 200 : 404).end();
    if (request.method === "GET") return this.download(response, key, url.searchParams);
    if (request.method === "DELETE") {
      if (uploadId) this.uploads.delete(uploadId);
      else this.objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (request.method === "POST" && !uploadId) {
      const id = `upload-${this.uploads.size}-${Math.random()}`;
      this.uploads.set(id, { parts: new Map(), type });
      return void response.end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    if (request.method === "PUT" && uploadId) {
      this.uploads.get(uploadId)?.parts.set(Number(url.searchParams.get("partNumber")), body);
      return void response.setHeader("etag", '"part"').end();
    }
    if (request.headers["if-none-match"] === "*" && !this.ignoresConditions && this.objects.has(key))
      return void response.writeHead(412).end("<Error><Code>PreconditionFailed</Code></Error>");
    const upload = uploadId ? this.uploads.get(uploadId) : undefined;
    const parts = [...(upload?.parts ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    this.objects.set(key, upload ? { body: Buffer.concat(parts), type: upload.type } : { body, type });
    if (uploadId) this.uploads.delete(uploadId);
    response.setHeader("etag", '"whole"').end(upload ? "<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>" : undefined);
  }

  /** Two keys a page. */
  private list(response: ServerResponse, bucket: string, query: URLSearchParams): void {
    const keys = [...this.objects.keys()].flatMap((key) =>
      key.startsWith(`${bucket.replace(/\/$/, "")}/${query.get("prefix")}`) ? [key.slice(bucket.replace(/\/$/, "").length + 1)] : [],
    );
    const left = keys.sort().filter((key) => key > (query.get("continuation-token") ?? ""));
    const next = left.length > 2 ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${left[1]}</NextContinuationToken>` : "<IsTruncated>false</IsTruncated>";
    response.end(
      `<ListBucketResult>${next}${left
        .slice(0, 2)
        .map((key) => `<Contents><Key>${key}</Key></Contents>`)
        .join("")}</ListBucketResult>`,
    );
  }

  private download(response: ServerResponse, key: string, query: URLSearchParams): void {
    const kept = this.objects.get(key);
    if (!kept) return void response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    const disposition = query.get("response-content-disposition");
    response
      .writeHead(200, {
        "content-type": query.get("response-content-type") ?? kept.type,
        "content-length": kept.body.length,
        ...(disposition ? { "content-disposition": disposition } : {}),
      })
      .end(kept.body);
  }
}
