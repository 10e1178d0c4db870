/** Finds the project of a host or an id, compiled; drops what changed in every process. */
export { ProjectRegistry } from "./project-registry.js";
/** Builds the frozen `ProjectContext` of a request or job. */
export { buildContext, type ContextParts } from "./build-context.js";
/** Secrets that the deployment supplies to every project (`db`, `redis`). */
export { deploymentSecrets } from "./deployment-secrets.js";
/** The control-plane tables: projects, their files, hosts and collaborators. */
export { type Collaborator, type CollaboratorRole, type ProjectRow, ProjectTables, type StoredProject } from "./store/project-tables.js";
/** Names of the three configuration files. */
export { configFileNames, isConfigFile } from "./compile-stored-project.js";
/** Clients that described themselves. */
export { RegisteredClientStore, type RegisteredClientRow } from "./store/registered-client.store.js";
