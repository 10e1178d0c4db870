import type { Log, Project, ProjectContext } from "@gatehouse/domain-project";
import { buildContext } from "@gatehouse/service-project-registry";

/** The context in which the worker indexes a project's users. */
export function systemContext(project: Project, log: Log): ProjectContext {
  return buildContext({ project, request: { id: "user-search", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] }, actor: { type: "system" }, log });
}

/** Most users of one batch. */
export const BATCH = 500;

/** A list in parts of `BATCH`. */
export function inBatches<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, index) => list.slice(index * BATCH, (index + 1) * BATCH));
}
