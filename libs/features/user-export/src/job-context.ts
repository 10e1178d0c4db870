import type { Log, Project, ProjectContext } from "@gatehouse/domain-project";
import { buildContext } from "@gatehouse/service-project-registry";

/** The context of a job: its origin is the project's. */
export function jobContext(project: Project, { id, log }: { id: string; log: Log }): ProjectContext {
  const publicOrigin = project.config.http.public_origin;
  return buildContext({ project, request: { id, method: "", url: publicOrigin, ip: "", userAgent: "", publicOrigin, locales: [] }, actor: { type: "admin_api" }, log });
}
