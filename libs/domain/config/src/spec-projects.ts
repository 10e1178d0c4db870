import { ApiError } from "@gatehouse/platform-errors-core";
import type { Cause } from "@gatehouse/platform-schema";
import { parseProjectConfig } from "./parse-config.js";
import type { ProjectConfig } from "./project-config.js";

type Json = Record<string, unknown>;

/** A configuration with the two keys every project needs; `more` is laid beside them. */
export const projectText = (more: Json = {}): string => JSON.stringify({ id: "shop", http: { public_origin: "https://shop.example" }, ...more });

/** The filled configuration of such a project. */
export const projectWith = (more: Json = {}): ProjectConfig => parseProjectConfig(projectText(more)).value;

/** The causes of the validation error that `work` throws; empty when it throws none. */
export function causesOf(work: () => unknown): Cause[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError && error.reason === "ValidationFailed") return error.info?.causes as Cause[];
    throw error;
  }
  return [];
}

/** The causes for which a configuration with these keys is refused. */
export const causesWith = (more: Json): Cause[] => causesOf(() => projectWith(more));
