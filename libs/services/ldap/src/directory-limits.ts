import { Injectable } from "@nestjs/common";

/** How long and how much a directory may answer. Tests give others. */
@Injectable()
export class DirectoryLimits {
  /** Milliseconds for a connection, and for each request on it. */
  readonly operationMs: number = 10_000;
  /** Milliseconds for everything on one connection. */
  readonly connectionMs: number = 20_000;
  /** Bytes of one connection: an entry with its pictures. */
  readonly receivedBytes: number = 2 * 1024 * 1024;
}
