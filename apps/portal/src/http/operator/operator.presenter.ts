import { describeEndpoints, type ExportedProject } from "@gatehouse/feature-projects";
import type { ProjectRow } from "@gatehouse/service-project-registry";

/** One line of the list of projects. */
export function projectListItem(project: ProjectRow): object {
  return {
    id: project.id,
    public_origin: project.publicOrigin,
    version: project.version,
    domains: project.domains,
    created_at: project.createdAt.toISOString(),
    updated_at: project.updatedAt.toISOString(),
  };
}

/** A project with its files. */
export function exportedProject(project: ExportedProject): object {
  return {
    id: project.id,
    version: project.version,
    domains: project.domains,
    created_at: project.createdAt.toISOString(),
    updated_at: project.updatedAt.toISOString(),
    endpoints: describeEndpoints(project.publicOrigin),
    files: project.files,
  };
}
