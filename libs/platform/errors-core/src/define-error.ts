import { ApiError, type ApiErrorName } from "./api-error.js";

/** One entry of an error catalogue. `docs/errors.md` is generated from these. */
export interface ErrorEntry {
  name: ApiErrorName;
  reason: string;
  /** Default message on the wire. */
  message: string;
  /** Keys of `info` and what each holds. */
  info?: Readonly<Record<string, string>>;
  cause: string;
  remedy: string;
}

/** A typed constructor of one catalogue entry; the entry itself stays readable for the documentation. */
export type ErrorMaker<I extends Record<string, unknown> | undefined> = {
  (...args: I extends undefined ? [message?: string] : [info: I, message?: string]): ApiError;
  readonly entry: ErrorEntry;
  /** Whether an error was made by this entry. */
  is(error: unknown): boolean;
};

/** Declares one error of a catalogue. `I` is the shape of its `info`; an entry without info takes only a message. */
export function defineError<I extends Record<string, unknown> | undefined = undefined>(entry: ErrorEntry): ErrorMaker<I> {
  const hasInfo = entry.info !== undefined;
  const make = (...args: unknown[]): ApiError => {
    const info = hasInfo ? (args[0] as Record<string, unknown>) : undefined;
    const message = (hasInfo ? args[1] : args[0]) as string | undefined;
    return new ApiError(entry.name, entry.reason, message ?? entry.message, info);
  };
  const is = (error: unknown): boolean => error instanceof ApiError && error.errorName === entry.name && error.reason === entry.reason;
  return Object.assign(make, { entry, is }) as ErrorMaker<I>;
}
