import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pipeline, type Readable } from "node:stream";
import { pick } from "stream-json/filters/pick.js";
import { streamArray } from "stream-json/streamers/stream-array.js";
import { OperatorCallFailed } from "./operator-client.js";

/** A file of records that is read as it is needed. */
export interface RecordFile {
  /** Bytes. */
  size: number;
  /** Bytes that were read so far. */
  position(): number;
  /** JSON texts of the records, in order. */
  records(): AsyncGenerator<string>;
}

async function firstCharacter(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return (
      buffer
        .toString("utf8", 0, bytesRead)
        .replace(/^\uFEFF/, "")
        .trimStart()[0] ?? ""
    );
  } finally {
    await handle.close();
  }
}

async function* linesOf(source: Readable, file: string): AsyncGenerator<string> {
  let number = 0;
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const text = (number === 1 ? line.replace(/^\uFEFF/, "") : line).trim();
    if (text === "") continue;
    const value: unknown = parsed(text, `${file}:${number}`);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new OperatorCallFailed(`${file}:${number}: a line must be one record, a JSON object.`);
    yield text;
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperatorCallFailed(`${place}: ${(error as Error).message}`);
  }
}

async function* elementsOf(source: Readable, { file, nested }: { file: string; nested: boolean }): AsyncGenerator<string> {
  const parts = nested ? [pick.withParserAsStream({ filter: "records" }), streamArray.asStream()] : [streamArray.withParserAsStream()];
  const elements = pipeline([source, ...parts] as never, () => undefined) as unknown as AsyncIterable<{ value: unknown }>;
  try {
    for await (const { value } of elements) yield JSON.stringify(value);
  } catch (error) {
    throw new OperatorCallFailed(`${file}: ${(error as Error).message}`);
  }
}

/**
 * Opens a file of records: a JSON array of them, a `.json` document whose member `records` is that array (the body of an import), or one record a line (NDJSON).
 * Throws `OperatorCallFailed` when it is none of these.
 */
export async function openRecords(file: string): Promise<RecordFile> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new OperatorCallFailed(`There is no file ${file}.`);
  const first = await firstCharacter(file);
  const isDocument = first === "[" || (first === "{" && file.toLowerCase().endsWith(".json"));
  const source = createReadStream(file);
  return {
    size: found.size,
    position: () => source.bytesRead,
    records: () => (isDocument ? elementsOf(source, { file, nested: first === "{" }) : linesOf(source, file)),
  };
}

/** Records that go into one request. */
export interface RecordBatch {
  texts: string[];
  /** Index of the first one in the file. */
  firstIndex: number;
}

/** Bytes of a request; the server takes 500,000. */
const MAX_BYTES = 480_000;

/** Groups records into requests of bounded size. Throws `OperatorCallFailed` for a record that fits into none. */
export async function* batchesOf(records: AsyncIterable<string>): AsyncGenerator<RecordBatch> {
  let [texts, bytes, index]: [string[], number, number] = [[], 0, 0];
  for await (const text of records) {
    const size = Buffer.byteLength(text) + 1;
    if (size > MAX_BYTES) throw new OperatorCallFailed(`Record ${index} has ${size} bytes; one request takes ${MAX_BYTES}.`);
    if (bytes + size > MAX_BYTES) {
      yield { texts, firstIndex: index - texts.length };
      [texts, bytes] = [[], 0];
    }
    texts.push(text);
    bytes += size;
    index += 1;
  }
  if (texts.length > 0) yield { texts, firstIndex: index - texts.length };
}
