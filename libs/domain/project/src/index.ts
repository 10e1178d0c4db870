export type { ProjectId, UserId } from "./ids.js";
export { asProjectId, asUserId } from "./ids.js";
export type { Actor, Log, Project, ProjectContext, RequestInfo } from "./project-context.js";
export { imageType } from "./image-type.js";
