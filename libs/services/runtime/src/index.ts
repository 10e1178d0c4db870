export { openResources, type Resources } from "./open-resources.js";
export { RuntimeModule } from "./runtime.module.js";
export { serviceOptions } from "./service-options.js";
