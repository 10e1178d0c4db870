import type { Taking } from "./branches.js";
import type { ShownError } from "./flow-visits.js";
import type { BotAnswer } from "./page-screen.js";

/** The fields of a submitted form. */
export type Form = Readonly<Record<string, string>>;

/** What a submitted form means. */
export type FormMeaning =
  /** Fed to the flow. */
  | { input: Record<string, unknown> }
  /** Fed once the challenge of its option is answered. */
  | { waits: Record<string, unknown> }
  | { take: Taking }
  /** The alias of a social provider to go to. */
  | { social: string }
  /** The name of a directory to log in at. */
  | { directory: string }
  | { challenge: BotAnswer }
  | { does: "download" | "cancel" | "visit-provider" | "again" }
  /** A message for the person. */
  | { refused: ShownError }
  | { unknown: true };

/** A field was left empty. */
export const missing = (field: string): FormMeaning => ({ refused: { reason: "ValidationFailed", info: { causes: [{ kind: "required", location: `/${field}` }] } } });

/** A field holds what it cannot hold. */
export const malformed = (field: string): FormMeaning => ({ refused: { reason: "ValidationFailed", info: { causes: [{ kind: "format", location: `/${field}` }] } } });

/** The answer to a challenge among the fields: under the name of the pages, or under the one that the provider's script gives it. */
export function botAnswer(form: Form): BotAnswer | undefined {
  const type = form.x_bot_protection_provider_type;
  const response = form.x_bot_protection_provider_response || form["cf-turnstile-response"] || form["g-recaptcha-response"];
  return type && response ? { type, response } : undefined;
}

/** An object of a field that a script has filled; undefined for anything else. */
export function jsonOf(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
