import { createHttpService, type HttpService } from "@gatehouse/platform-http";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { AdminAppModule } from "./admin-app.module.js";

/** Builds the Admin API service of every project. */
export async function createAdminService(resources: Resources): Promise<HttpService> {
  let registry: ProjectRegistry | undefined;
  return createHttpService({
    ...serviceOptions(resources, "admin"),
    module: { module: class AdminRoot {}, imports: [RuntimeModule.forRoot(resources), AdminAppModule] },
    contextFor: async (info, request) => {
      const project = await registry?.byHost(info.hostname);
      return project && buildContext({ project, request: info, actor: { type: "admin_api" }, log: request.log });
    },
    configure: (_fastify, nest) => {
      registry = nest.get(ProjectRegistry, { strict: false });
    },
  });
}
