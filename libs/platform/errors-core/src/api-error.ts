/** Names of API errors and the HTTP status each one implies (spec/project-configuration.md §2.3). */
export const statusByName = {
  BadRequest: 400,
  Invalid: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  DataRace: 409,
  RequestEntityTooLarge: 413,
  TooManyRequest: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

/** A name of the table. */
export type ApiErrorName = keyof typeof statusByName;

/** The error object on the wire: `{"error": <this>}` over HTTP, `extensions` in GraphQL. */
export interface ApiErrorJson {
  name: ApiErrorName;
  reason: string;
  message: string;
  code: number;
  info?: Record<string, unknown>;
  tracking_id?: string;
}

/** An error a client may see. Everything else is an internal error and is never shown. */
export class ApiError extends Error {
  readonly status: number;
  /** Leads to what is known of the failure: a trace, or log lines. */
  trackingId?: string;

  constructor(
    readonly errorName: ApiErrorName,
    readonly reason: string,
    message: string,
    readonly info?: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ApiError";
    this.status = statusByName[errorName];
  }

  /** The wire form; `info` is left out when it is empty. */
  toJSON(): ApiErrorJson {
    const json: ApiErrorJson = { name: this.errorName, reason: this.reason, message: this.message, code: this.status };
    if (this.info && Object.keys(this.info).length > 0) json.info = { ...this.info };
    if (this.trackingId) json.tracking_id = this.trackingId;
    return json;
  }

  /** The same error with more `info`, for layers that know more (a flow adds `FlowType`). */
  withInfo(more: Record<string, unknown>): ApiError {
    return new ApiError(this.errorName, this.reason, this.message, { ...this.info, ...more }, { cause: this.cause });
  }

  /** The same error under the id that leads to what is known of it. */
  tracked(id: string): ApiError {
    const copy = this.withInfo({});
    copy.trackingId = id;
    return copy;
  }
}

/** Whether an unknown thrown value is an error that may be shown to a client. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

/** The mask of every internal error: 500 InternalError/UnexpectedError. */
export function unexpectedError(cause?: unknown): ApiError {
  return new ApiError("InternalError", "UnexpectedError", "unexpected error occurred", undefined, { cause });
}
