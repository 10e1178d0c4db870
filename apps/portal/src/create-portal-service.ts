import { createHttpService, type HttpService } from "@gatehouse/platform-http";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { configurePortal } from "./configure-portal.js";
import { PortalAppModule } from "./portal-app.module.js";

/** Builds the portal: its API, the operator API, and the built front end. */
export function createPortalService(resources: Resources): Promise<HttpService> {
  return createHttpService({
    ...serviceOptions(resources, "portal"),
    module: { module: class PortalRoot {}, imports: [RuntimeModule.forRoot(resources), PortalAppModule] },
    configure: (fastify) => configurePortal(fastify, resources.env),
    bodyLimit: 10 * 1024 * 1024,
  });
}
