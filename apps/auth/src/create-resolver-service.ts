import { createHttpService, type HttpService } from "@gatehouse/platform-http";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { ResolverAppModule } from "./auth-app.module.js";

/** Builds the resolver alone, for deployments that keep it on an internal port. */
export async function createResolverService(resources: Resources): Promise<HttpService> {
  let registry: ProjectRegistry | undefined;
  return createHttpService({
    ...serviceOptions(resources, "resolver"),
    module: { module: class ResolverRoot {}, imports: [RuntimeModule.forRoot(resources), ResolverAppModule] },
    contextFor: async (info, request) => {
      const project = await registry?.byHost(info.hostname);
      return project && buildContext({ project, request: info, actor: { type: "user" }, log: request.log });
    },
    configure: (_fastify, nest) => {
      registry = nest.get(ProjectRegistry, { strict: false });
    },
  });
}
