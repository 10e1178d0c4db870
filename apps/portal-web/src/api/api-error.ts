import type { Cause } from "./shapes.js";

interface ErrorBody {
  name: string;
  reason: string;
  message: string;
  code: number;
  info?: { causes?: Cause[] } & Record<string, unknown>;
}

/** A failed call. `reason` is the machine name ("DuplicatedAppID"); "NetworkError" when no answer came. */
export class PortalApiError extends Error {
  readonly errorName: string;
  readonly reason: string;
  readonly status: number;
  readonly info: Record<string, unknown>;
  readonly causes: Cause[];

  constructor(body: ErrorBody) {
    super(body.message);
    this.name = "PortalApiError";
    this.errorName = body.name;
    this.reason = body.reason;
    this.status = body.code;
    this.info = body.info ?? {};
    this.causes = body.info?.causes ?? [];
  }
}

/** The error for a request that got no answer at all. */
export function networkError(): PortalApiError {
  return new PortalApiError({ name: "NetworkError", reason: "NetworkError", message: "The portal server did not answer. Check your connection and try again.", code: 0 });
}

/** Reads `{"error":{…}}` from a failed answer; an answer of another shape (a proxy page, an empty body) still gives a usable error. */
export function readApiError(status: number, body: unknown): PortalApiError {
  const error = isRecord(body) && isRecord(body.error) ? body.error : undefined;
  if (!error) return new PortalApiError({ name: "UnexpectedError", reason: "UnexpectedError", message: `The server answered with status ${status}.`, code: status });
  const info = isRecord(error.info) ? error.info : undefined;
  return new PortalApiError({
    name: text(error.name, "UnexpectedError"),
    reason: text(error.reason, "UnexpectedError"),
    message: text(error.message, "unexpected error"),
    code: status,
    info: info ? { ...info, causes: readCauses(info.causes) } : undefined,
  });
}

/** Keeps the entries that really are causes. */
export function readCauses(value: unknown): Cause[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((cause) => ({
    location: text(cause.location, ""),
    kind: text(cause.kind, ""),
    ...(isRecord(cause.details) ? { details: cause.details } : {}),
    ...(typeof cause.line === "number" ? { line: cause.line } : {}),
    ...(typeof cause.column === "number" ? { column: cause.column } : {}),
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
