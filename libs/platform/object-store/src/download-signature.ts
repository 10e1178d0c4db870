import { constantTimeEqual, hmacSha256 } from "@gatehouse/platform-crypto";

/** Path of the Admin API service below which the folder's files are served to holders of a link. */
const DOWNLOAD_PATH = "/_api/admin/files";

/** What a link is made of; every part is signed. */
export interface SignedLink {
  /** Full key, project id first. */
  key: string;
  /** Unix seconds. */
  expires: number;
  fileName: string;
  contentType: string;
}

function signatureOf(secret: string, link: SignedLink): string {
  return hmacSha256(secret, JSON.stringify(["gatehouse-object-download-1", link.key, link.expires, link.fileName, link.contentType])).toString("base64url");
}

/** Path and query of a link that says by an HMAC (RFC 2104) who made it. */
export function signLink(secret: string, link: SignedLink): string {
  const [, ...path] = link.key.split("/");
  const query = new URLSearchParams({ expires: String(link.expires), file_name: link.fileName, content_type: link.contentType, signature: signatureOf(secret, link) });
  return `${DOWNLOAD_PATH}/${path.join("/")}?${query}`;
}

/** The link of a request whose signature holds and whose time has not come; undefined otherwise. */
export function verifyLink(secret: string, request: { key: string; query: Readonly<Record<string, unknown>>; now: Date }): SignedLink | undefined {
  const { expires, file_name: fileName, content_type: contentType, signature } = request.query;
  if (typeof expires !== "string" || !/^\d{1,12}$/.test(expires) || typeof fileName !== "string" || typeof contentType !== "string" || typeof signature !== "string")
    return undefined;
  const link = { key: request.key, expires: Number(expires), fileName, contentType };
  if (!constantTimeEqual(signatureOf(secret, link), signature)) return undefined;
  return request.now.getTime() < link.expires * 1000 ? link : undefined;
}
