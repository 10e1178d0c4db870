/** The worker as a Nest module. */
export { HooksAppModule } from "./hooks-app.module.js";
/** The worker as a service of its own. */
export { createHooksService } from "./create-hooks-service.js";
