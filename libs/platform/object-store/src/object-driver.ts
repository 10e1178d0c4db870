import type { Readable } from "node:stream";

/** A file to keep. */
export interface ObjectToPut {
  /** Path below the project: segments of letters, digits, `.`, `_` and `-`, joined by `/`. */
  key: string;
  body: Buffer | Readable;
  contentType: string;
  /** Leaves a file that exists as it is. */
  ifAbsent?: true;
}

/** A kept file. Whoever asked for it reads `body` to its end or destroys it. */
export interface StoredObject {
  body: Readable;
  contentType: string;
  /** Bytes. */
  size: number;
}

/** What a link to a file says. */
export interface DownloadLink {
  key: string;
  expiresInSeconds: number;
  /** Name under which a browser saves the file. */
  fileName: string;
  contentType: string;
}

/** A link, with what the drivers need beside it. */
export interface LinkRequest extends DownloadLink {
  /** Origin of the project, for links that lead to us. */
  origin: string;
  now: Date;
}

/** Where files are kept. Keys are checked and hold the project id as their first segment. */
export interface ObjectDriver {
  /** False when `ifAbsent` was asked and the file exists. A file is seen whole or not at all. */
  put(object: ObjectToPut): Promise<boolean>;
  get(key: string): Promise<StoredObject | undefined>;
  /** No error when there is none. */
  delete(key: string): Promise<void>;
  /** Deletes every file whose key starts with the segment. */
  deleteAll(segment: string): Promise<void>;
  downloadUrl(link: LinkRequest): Promise<string>;
}
