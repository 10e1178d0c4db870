import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { UserCounts, UserListRead } from "@gatehouse/record-users";
import { ProjectTables } from "@gatehouse/service-project-registry";
import { UserSearchModule } from "@gatehouse/service-user-search";
import { AuthenticateDeveloper } from "./use-cases/authenticate-developer.js";
import { AuthorizeDeveloper } from "./use-cases/authorize-developer.js";
import { CompileFiles } from "./use-cases/compile-files.js";
import { CallAdminApi } from "./use-cases/call-admin-api.js";
import { CreateProject } from "./use-cases/create-project.js";
import { DeleteProject } from "./use-cases/delete-project.js";
import { EditConfig } from "./use-cases/edit-config.js";
import { GetProject } from "./use-cases/get-project.js";
import { GetProjectConfig } from "./use-cases/get-project-config.js";
import { GetViewer } from "./use-cases/get-viewer.js";
import { ListCollaborators } from "./use-cases/list-collaborators.js";
import { ListOwnProjects } from "./use-cases/list-own-projects.js";
import { ListProjectUsers } from "./use-cases/list-project-users.js";
import { ListProjects } from "./use-cases/list-projects.js";
import { MintAdminToken } from "./use-cases/mint-admin-token.js";
import { PublishProject } from "./use-cases/publish-project.js";
import { PutProject } from "./use-cases/put-project.js";
import { RemoveCollaborator } from "./use-cases/remove-collaborator.js";
import { SaveConfig } from "./use-cases/save-config.js";
import { SeedPlatform } from "./use-cases/seed-platform.js";
import { ValidateConfig } from "./use-cases/validate-config.js";

const doors = [
  AuthenticateDeveloper,
  AuthorizeDeveloper,
  CallAdminApi,
  CreateProject,
  DeleteProject,
  GetProject,
  GetProjectConfig,
  GetViewer,
  ListCollaborators,
  ListOwnProjects,
  ListProjectUsers,
  ListProjects,
  MintAdminToken,
  PutProject,
  RemoveCollaborator,
  SaveConfig,
  SeedPlatform,
  ValidateConfig,
];

/** Projects: publish, export, list, delete; who may work on them. */
@Module({ imports: [AccountsModule, UserSearchModule], providers: [...doors, CompileFiles, EditConfig, ProjectTables, PublishProject, UserCounts, UserListRead], exports: doors })
export class ProjectsModule {}
