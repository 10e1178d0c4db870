import { createHttpService, type HttpService } from "@gatehouse/platform-http";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { HooksAppModule } from "./hooks-app.module.js";

/** Builds the worker: relay, consumers and job workers start with it; over HTTP it only answers health checks and metrics. */
export function createHooksService(resources: Resources): Promise<HttpService> {
  return createHttpService({
    ...serviceOptions(resources, "hooks"),
    module: { module: class HooksRoot {}, imports: [RuntimeModule.forRoot(resources), HooksAppModule] },
  });
}
