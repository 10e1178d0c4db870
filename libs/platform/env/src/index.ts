export { EnvConfig } from "./env-config.js";
export { EnvError, readEnv } from "./read-env.js";
export { envCatalogue, type EnvVariable } from "./env-catalogue.js";
