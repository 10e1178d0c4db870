import { parseProjectConfig } from "@gatehouse/domain-config";
import { ApiError } from "@gatehouse/platform-errors-core";
import type { Cause } from "@gatehouse/platform-schema";
import type { LoginIdProject } from "./check-login-id.js";

/** What a test says of a project. */
export interface SpecProject {
  email?: Record<string, unknown>;
  username?: Record<string, unknown>;
  phoneInput?: Record<string, unknown>;
  keys?: Record<string, unknown>[];
  /** Resource files: name -> text. */
  files?: Record<string, string>;
}

/** A project with one key of each type, unless told otherwise. */
export function specProject({
  email = {},
  username = {},
  phoneInput = {},
  keys = [{ type: "email" }, { type: "phone" }, { type: "username" }],
  files = {},
}: SpecProject): LoginIdProject {
  const identity = { login_id: { keys, types: { email, username } } };
  const text = JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, identity, ui: { phone_input: phoneInput } });
  const resources = new Map(Object.entries(files).map(([name, content]) => [name, new TextEncoder().encode(content)]));
  return { config: parseProjectConfig(text).value, resources };
}

/** The only cause of the validation error that `work` throws; undefined when it throws none. */
export function causeOf(work: () => unknown): Cause | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.reason === "ValidationFailed" && error.message === "invalid login ID") return (error.info?.causes as Cause[] | undefined)?.[0];
    throw error;
  }
}
