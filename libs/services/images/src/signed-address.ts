import { expiredSignature, invalidSignature, invalidSignatureQueryParam } from "@gatehouse/domain-errors";
import { constantTimeEqual, hmacSha256Hex, sha256Hex } from "@gatehouse/platform-crypto";

const ALGORITHM = "HMAC-SHA256";
const LIFE_SECONDS = 900;
const MAX_LENGTH = 4096;
const PREFIX = "x-authgear-";
const SIGNATURE = `${PREFIX}signature`;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A request that is signed: what a signature covers. */
export interface SignedRequest {
  method: string;
  url: URL;
}

/** The lines a signature is made over (spec: admin API §12). */
export function canonicalRequest({ method, url }: SignedRequest): string {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => name !== SIGNATURE));
  query.sort();
  return [method, url.pathname, query.toString(), `host:${url.host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
}

const signatureOf = (key: Uint8Array, date: string, canonical: string): string => hmacSha256Hex(key, `${ALGORITHM}\n${date}\n${sha256Hex(canonical)}`);

/** The address with its signature, good for 15 minutes. */
export function signAddress(key: Uint8Array, { method, url }: SignedRequest, now: Date): URL {
  const signed = new URL(url);
  const date = `${now.toISOString().slice(0, 19)}Z`;
  const parameters = { algorithm: ALGORITHM, date, expires: String(LIFE_SECONDS), signedheaders: "host" };
  for (const [name, value] of Object.entries(parameters)) signed.searchParams.set(PREFIX + name, value);
  signed.searchParams.set(SIGNATURE, signatureOf(key, date, canonicalRequest({ method, url: signed })));
  return signed;
}

/** Checks the signature of a request to an address. Throws `InvalidSignatureQueryParam`, `InvalidSignature`, `ExpiredSignature`. */
export function checkSignedAddress(key: Uint8Array, { method, url }: SignedRequest, now: Date): void {
  const { date, expires, signature } = parametersOf(url);
  const canonical = canonicalRequest({ method, url });
  if (!constantTimeEqual(signature, signatureOf(key, date, canonical))) throw invalidSignature({ canonical_request: canonical });
  if (now.getTime() >= Date.parse(date) + expires * 1000) throw expiredSignature();
}

/** Parameters of the signature: each is there once. */
function parametersOf(url: URL): { date: string; expires: number; signature: string } {
  const read = (name: string): string => {
    const [value, second] = url.searchParams.getAll(PREFIX + name);
    if (value === undefined || second !== undefined) throw invalidSignatureQueryParam();
    return value;
  };
  if (url.href.length > MAX_LENGTH) throw invalidSignatureQueryParam();
  const [algorithm, date, expires, headers, signature] = ["algorithm", "date", "expires", "signedheaders", "signature"].map(read) as [string, string, string, string, string];
  const isReadable = algorithm === ALGORITHM && headers === "host" && DATE.test(date) && !Number.isNaN(Date.parse(date)) && /^[1-9]\d{0,5}$/.test(expires);
  if (!isReadable || !/^[0-9a-f]{64}$/i.test(signature)) throw invalidSignatureQueryParam();
  return { date, expires: Number(expires), signature: signature.toLowerCase() };
}
