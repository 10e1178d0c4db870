/** The Nest module of this feature. */
export { ProjectsModule } from "./projects.module.js";
export { AuthenticateDeveloper, type Developer } from "./use-cases/authenticate-developer.js";
export { AuthorizeDeveloper } from "./use-cases/authorize-developer.js";
export { type AdminApiCall, CallAdminApi } from "./use-cases/call-admin-api.js";
export { CreateProject, type CreatedProject } from "./use-cases/create-project.js";
export { DeleteProject } from "./use-cases/delete-project.js";
export { checksumOf, type ConfigEdit } from "./use-cases/edit-config.js";
export { type ExportedProject, GetProject } from "./use-cases/get-project.js";
export { GetProjectConfig } from "./use-cases/get-project-config.js";
export { GetViewer, type Viewer } from "./use-cases/get-viewer.js";
export { ListCollaborators } from "./use-cases/list-collaborators.js";
export { ListOwnProjects } from "./use-cases/list-own-projects.js";
export { ListProjectUsers } from "./use-cases/list-project-users.js";
export { ListProjects, type ProjectPage } from "./use-cases/list-projects.js";
export { MintAdminToken } from "./use-cases/mint-admin-token.js";
export { type FileContent, type ProjectFiles, PutProject, type PutProjectResult } from "./use-cases/put-project.js";
export { RemoveCollaborator } from "./use-cases/remove-collaborator.js";
export { SaveConfig } from "./use-cases/save-config.js";
export { SeedPlatform, type Seeded } from "./use-cases/seed-platform.js";
export { ValidateConfig } from "./use-cases/validate-config.js";
/** Endpoints of a project on its public origin. */
export { describeEndpoints, type ProjectEndpoints } from "./rules/describe-endpoints.js";
