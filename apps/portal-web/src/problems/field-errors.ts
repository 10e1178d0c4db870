import { PortalApiError } from "../api/api-error.js";
import { describeCause } from "./describe-cause.js";
import { describeError } from "./describe-error.js";

export interface FieldErrors {
  /** JSON pointer of the field → what is wrong with it. */
  fields: Record<string, string>;
  /** What belongs to no field of the form. */
  form?: string;
}

/**
 * Spreads a failed save over the fields of a form.
 * `byReason` names the field that a reason without causes speaks about. A cause below a field (`/id/0`) counts for the field.
 */
export function fieldErrors(error: unknown, pointers: readonly string[], byReason: Readonly<Record<string, string>> = {}): FieldErrors {
  const fields: Record<string, string> = {};
  if (error instanceof PortalApiError) {
    const named = byReason[error.reason];
    if (named) return { fields: { [named]: describeError(error) } };
    const rest: string[] = [];
    for (const cause of error.causes) {
      const missing = cause.kind === "required" && Array.isArray(cause.details?.missing) ? cause.details.missing.map((key) => `${cause.location}/${String(key)}`) : [];
      const owner = pointers.find((pointer) => missing.includes(pointer)) ?? pointers.find((pointer) => cause.location === pointer || cause.location.startsWith(`${pointer}/`));
      if (!owner) rest.push(describeCause(cause));
      else fields[owner] ??= missing.includes(owner) ? "This is required." : describeCause(cause);
    }
    if (error.causes.length > 0) return rest.length > 0 ? { fields, form: rest.join(" ") } : { fields };
  }
  return { fields, form: describeError(error) };
}
