import type { IncomingHttpHeaders } from "node:http";
import { finished, type Readable, type Writable } from "node:stream";
import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { badRequest, invalidInput } from "@gatehouse/domain-errors";
import { isApiError } from "@gatehouse/platform-errors-core";

/** The largest image: 10 MiB (spec: admin API §12). */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

const LIMITS = { fileSize: MAX_IMAGE_BYTES, files: 2, fields: 20, fieldSize: 4096, fieldNameSize: 100, parts: 21, headerPairs: 50, headerSize: 8192 };

/** A form as it came. */
export interface UploadBody {
  headers: IncomingHttpHeaders;
  /** Not read yet. Anything else is no form of parts. */
  body: unknown;
}

/** What a form of parts held. */
export interface ReadForm {
  fields: Record<string, string>;
  /** The part named `file`; absent when none was chosen. */
  file?: Buffer;
}

interface Part {
  name: string;
  chunks: Buffer[];
  stream: BusboyFileStream;
}

const tooLarge = () => badRequest("asset too large");

/** The image of an upload: exactly one file part, named `file`. Throws `Invalid` with the reason as its message, and `BadRequest` "asset too large". */
export async function readUpload(upload: UploadBody): Promise<Buffer> {
  const { parts } = await readParts(upload);
  const [part] = parts;
  if (!part || parts.length > 1) throw invalidInput("expected exactly 1 file part");
  if (part.name !== "file") throw invalidInput("invalid file field");
  return contentOf(part);
}

/** A form of a page that may hold a file. An empty file is none: browsers send that when nobody has chosen one. Throws like `readUpload`. */
export async function readFileForm(upload: UploadBody): Promise<ReadForm> {
  const { parts, fields } = await readParts(upload);
  const part = parts.find(({ name }) => name === "file");
  const file = part && contentOf(part);
  return { fields, ...(file && file.length > 0 ? { file } : {}) };
}

function contentOf({ chunks, stream }: Part): Buffer {
  if (stream.truncated) throw tooLarge();
  return Buffer.concat(chunks);
}

async function readParts({ headers, body }: UploadBody): Promise<{ parts: Part[]; fields: Record<string, string> }> {
  const contentType = headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType) || !isReadable(body)) throw invalidInput("invalid content-type");
  if (!/;\s*boundary=("[^"]{1,70}"|[^\s";]{1,70})/i.test(contentType)) throw invalidInput("invalid boundary");
  const parts: Part[] = [];
  const fields: Record<string, string> = Object.create(null);
  const parser = new Busboy({ headers: { "content-type": contentType }, limits: LIMITS });
  parser.on("file", (name, stream) => {
    const part: Part = { name, chunks: [], stream };
    parts.push(part);
    stream.on("data", (chunk: Buffer) => part.chunks.push(chunk));
    // A form that breaks off in a file is told here beside at the parser; where nobody listens, the process ends.
    stream.on("error", (error: Error) => parser.destroy(error));
    // Nobody waits for the rest of a file that is refused anyway.
    stream.on("limit", () => parser.destroy(tooLarge()));
  });
  parser.on("field", (name, value) => {
    fields[name] ??= value;
  });
  try {
    await readThrough(body, parser);
  } catch (error) {
    throw isApiError(error) ? error : invalidInput("failed to read request body");
  }
  return { parts, fields };
}

/** Reads a body through a parser. What is left of a refused one is read and dropped: a body that is destroyed would take the answer's connection with it. */
async function readThrough(body: Readable, parser: Writable): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      finished(body, (error) => error && reject(error));
      parser.once("finish", resolve).on("error", reject);
      body.pipe(parser);
    });
  } finally {
    body.unpipe(parser);
    body.resume();
  }
}

const isReadable = (body: unknown): body is Readable => typeof body === "object" && body !== null && typeof (body as Readable).pipe === "function";
