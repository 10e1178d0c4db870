import type { ProjectContext } from "@gatehouse/domain-project";
import { createHttpService, type HttpService } from "@gatehouse/platform-http";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { AdminAppModule } from "./admin-app.module.js";
import { admitRequest } from "./http/access/admit-request.js";
import { addResponseHeaders } from "./http/access/response-headers.js";
import { limitImportBody } from "./http/user-import/limit-import-body.js";

/** Builds the Admin API service of every project. */
export async function createAdminService(resources: Resources): Promise<HttpService> {
  let registry: ProjectRegistry | undefined;
  // Without the check only in development: a forgotten variable must not open a production system.
  const open = resources.env.adminApiAuth === "none" && resources.env.devMode;
  return createHttpService({
    ...serviceOptions(resources, "admin"),
    module: { module: class AdminRoot {}, imports: [RuntimeModule.forRoot(resources), AdminAppModule] },
    contextFor: async (info, request) => {
      const project = await registry?.byHost(info.hostname);
      return project && buildContext({ project, request: info, actor: { type: "admin_api" }, log: request.log });
    },
    afterContext: (ctx: ProjectContext, request, reply) => admitRequest(ctx, { request, reply, open }),
    configure: (fastify, nest) => {
      addResponseHeaders(fastify);
      limitImportBody(fastify);
      registry = nest.get(ProjectRegistry, { strict: false });
    },
  });
}
