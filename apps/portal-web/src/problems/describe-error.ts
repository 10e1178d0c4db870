import { PortalApiError } from "../api/api-error.js";
import { describeCause } from "./describe-cause.js";

const sentences: Readonly<Record<string, string>> = {
  InvalidAppID: "Use 4 to 32 lower-case letters, digits and hyphens; start and end with a letter or a digit.",
  AppIDReserved: "This ID is reserved. Choose another one.",
  DuplicatedAppID: "This ID is already taken. Choose another one.",
  QuotaExceeded: "You have reached the number of projects you may own.",
  ResourceUpdateConflict: "Someone else saved this file after you opened it.",
  ResourceTooLarge: "The file is too large to be saved.",
  Forbidden: "You are not a collaborator of this project.",
  Unauthenticated: "Your session has ended. Sign in again.",
};

/** One sentence for a person: the known reasons in our own words, else what the server said. */
export function describeError(error: unknown): string {
  if (error instanceof PortalApiError) {
    const known = sentences[error.reason];
    if (known) return known;
    const [cause] = error.causes;
    return cause ? describeCause(cause) : capitalise(error.message);
  }
  return error instanceof Error && error.message ? capitalise(error.message) : "Something went wrong.";
}

/** True when trying the same call again may work. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof PortalApiError) || error.status === 0 || error.status === 429 || error.status >= 500;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
