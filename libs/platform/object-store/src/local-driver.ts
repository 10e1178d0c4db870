import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { signLink, type SignedLink, verifyLink } from "./download-signature.js";
import type { LinkRequest, ObjectDriver, ObjectToPut, StoredObject } from "./object-driver.js";

/** No key may end in it, so that a file and a folder of one name do not meet. */
const FILE_SUFFIX = "~";
const MAX_HEADER_BYTES = 512;

const isCode = (error: unknown, ...codes: string[]): boolean => codes.includes((error as { code?: string }).code ?? "");

async function* withHeader({ contentType, body }: ObjectToPut): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ content_type: contentType })}\n`);
  if (Buffer.isBuffer(body)) yield body;
  else for await (const chunk of body) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
}

/**
 * Files in one folder, for a single machine or a shared volume. A file starts with a line that holds its content type, so that both come and go at once;
 * it is written beside and moved into place. Links lead to the Admin API service and are signed with a key that lies in the folder.
 */
export class LocalDriver implements ObjectDriver {
  private key: Promise<string> | undefined;

  constructor(private readonly folder: string) {}

  async put(object: ObjectToPut): Promise<boolean> {
    const target = this.fileOf(object.key);
    const staging = path.join(this.folder, ".staging");
    await Promise.all([mkdir(path.dirname(target), { recursive: true, mode: 0o700 }), mkdir(staging, { recursive: true, mode: 0o700 })]);
    const written = path.join(staging, randomUUID());
    try {
      const file = await open(written, "wx", 0o600);
      await pipeline(Readable.from(withHeader(object)), file.createWriteStream());
      if (!object.ifAbsent) await rename(written, target);
      else await link(written, target);
      return true;
    } catch (error) {
      if (object.ifAbsent && isCode(error, "EEXIST")) return false;
      throw error;
    } finally {
      await rm(written, { force: true });
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const file = await open(this.fileOf(key), "r").catch((error: unknown) => {
      if (isCode(error, "ENOENT", "ENOTDIR")) return undefined;
      throw error;
    });
    if (!file) return undefined;
    try {
      const head = Buffer.alloc(MAX_HEADER_BYTES);
      const [{ bytesRead }, { size }] = await Promise.all([file.read(head, 0, MAX_HEADER_BYTES, 0), file.stat()]);
      const start = head.subarray(0, bytesRead).indexOf("\n") + 1;
      const { content_type: contentType } = JSON.parse(head.toString("utf8", 0, start)) as { content_type: string };
      return { body: file.createReadStream({ start }), contentType, size: size - start };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.fileOf(key), { force: true });
  }

  async deleteAll(segment: string): Promise<void> {
    await rm(path.join(this.folder, segment), { recursive: true, force: true });
  }

  async downloadUrl({ key, expiresInSeconds, fileName, contentType, origin, now }: LinkRequest): Promise<string> {
    const expires = Math.floor(now.getTime() / 1000) + expiresInSeconds;
    return origin + signLink(await this.signingKey(), { key, expires, fileName, contentType });
  }

  /** The link a request came by, if it is one of ours and still good. */
  async verify(request: { key: string; query: Readonly<Record<string, unknown>>; now: Date }): Promise<SignedLink | undefined> {
    return verifyLink(await this.signingKey(), request);
  }

  private fileOf(key: string): string {
    return path.join(this.folder, `${key}${FILE_SUFFIX}`);
  }

  private signingKey(): Promise<string> {
    this.key ??= this.readOrMakeKey().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  /** The first process makes the key; every other reads it. It is put into place whole. */
  private async readOrMakeKey(): Promise<string> {
    const place = path.join(this.folder, ".signing-key");
    const known = await readFile(place, "utf8").catch(() => undefined);
    if (known) return known;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const made = path.join(this.folder, `.signing-key-${randomUUID()}`);
    await writeFile(made, randomBytes(32).toString("base64url"), { mode: 0o600 });
    await link(made, place).catch((error: unknown) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
    await rm(made, { force: true });
    return readFile(place, "utf8");
  }
}
