import type { IncomingHttpHeaders } from "node:http";

/** What a request says of itself, after the forwarding rules (spec/operations.md §6). */
export interface HttpRequestInfo {
  id: string;
  method: string;
  url: string;
  ip: string;
  userAgent: string;
  origin?: string;
  /** `Referer` header, if any. */
  referer?: string;
  publicOrigin: string;
  locales: readonly string[];
  /** Host without port, in lower case: its case means nothing (RFC 9110 §4.2.3). */
  hostname: string;
}

interface RawRequest {
  id: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  remoteAddress: string;
  encrypted: boolean;
}

const first = (value: string | string[] | undefined): string | undefined => {
  const text = Array.isArray(value) ? value[0] : value;
  return text?.split(",")[0]?.trim() || undefined;
};

/** Drops a port and IPv6 brackets from an address of a forwarding header. */
function bareAddress(address: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address);
  if (bracketed) return bracketed[1] as string;
  const withPort = /^([^:]+):\d+$/.exec(address);
  return withPort ? (withPort[1] as string) : address;
}

function clientIp(raw: RawRequest, trustProxy: boolean): string {
  const peer = raw.remoteAddress.replace(/^::ffff:/, "");
  if (!trustProxy) return peer;
  const forwarded = first(raw.headers.forwarded);
  const forwardedFor = forwarded && /for="?([^;",]+)"?/i.exec(forwarded)?.[1];
  const found = forwardedFor ?? first(raw.headers["x-forwarded-for"]) ?? first(raw.headers["x-original-for"]) ?? first(raw.headers["x-real-ip"]);
  return found ? bareAddress(found) : peer;
}

/** Languages of an Accept-Language header (at most ten), most wanted first. */
function acceptedLanguages(header: string | undefined): string[] {
  if (!header) return [];
  return header
    .slice(0, 500)
    .split(",")
    .slice(0, 10)
    .map((part) => {
      const [tag = "", ...params] = part.trim().split(";");
      const q = params.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find(Boolean);
      return { tag: tag.trim(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/.test(tag) && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}

/** Reads a request. Forwarding headers count only with `trustProxy`. */
export function requestInfo(raw: RawRequest, trustProxy: boolean): HttpRequestInfo {
  const { headers } = raw;
  const proto = trustProxy ? (first(headers["x-forwarded-proto"]) ?? first(headers["x-original-proto"]))?.toLowerCase() : undefined;
  const forwardedHost = trustProxy ? (first(headers["x-forwarded-host"]) ?? first(headers["x-original-host"])) : undefined;
  const host = (forwardedHost ?? headers.host ?? "").toLowerCase();
  const scheme = proto === "https" || proto === "http" ? proto : raw.encrypted ? "https" : "http";
  const publicOrigin = `${scheme}://${host}`;
  const uiLocales = /[?&]ui_locales=([^&]*)/.exec(raw.url)?.[1];
  const wanted = uiLocales ? safeDecode(uiLocales).split(/\s+/).filter(Boolean).slice(0, 10) : acceptedLanguages(headers["accept-language"]);
  return {
    id: raw.id,
    method: raw.method,
    url: publicOrigin + raw.url,
    ip: clientIp(raw, trustProxy),
    userAgent: (headers["user-agent"] ?? "").slice(0, 1024),
    origin: headers.origin,
    ...(headers.referer ? { referer: headers.referer.slice(0, 2048) } : {}),
    publicOrigin,
    locales: wanted,
    hostname: host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : (host.split(":")[0] as string),
  };
}

/** As much of Fastify's request as tells where it came from. */
interface IncomingRequest {
  id: string;
  method: string;
  headers: IncomingHttpHeaders;
  raw: { url?: string };
  socket: { remoteAddress?: string };
}

/** `requestInfo` of a request as Fastify has it. */
export function requestInfoOf({ id, method, headers, raw, socket }: IncomingRequest, trustProxy: boolean): HttpRequestInfo {
  return requestInfo({ id, method, url: raw.url ?? "/", headers, remoteAddress: socket.remoteAddress ?? "", encrypted: "encrypted" in socket }, trustProxy);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}
