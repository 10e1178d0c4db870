import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Seals parameters with a fresh AES-256-GCM key; the key goes into a cookie, the sealed text into the URL (both base64url). */
export function sealParameters(params: Readonly<Record<string, string>>): { key: string; sealed: string } {
  const [key, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const body = Buffer.concat([cipher.update(JSON.stringify(params), "utf8"), cipher.final()]);
  return { key: key.toString("base64url"), sealed: Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url") };
}

/** The sealed parameters; none when key or text is wrong or changed. */
export function openParameters(key: string, sealed: string): Record<string, string> {
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64url"), bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(12, 28));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}
