export { type ProjectConfig } from "./project-config.js";
export { parseProjectConfig, projectConfigJsonSchema } from "./parse-config.js";
export { type RateLimitConfig } from "./declare.js";
export { type OAuthClientConfig } from "./sections/oauth.js";
export { type FlowBranchConfig, type FlowConfig, type FlowStepConfig } from "./sections/flows.js";
export { parseDuration } from "@gatehouse/platform-schema";
export { checkSecretItems, type Jwk, type SecretItem, type SecretKey } from "./secret-config.js";
export type { FeatureConfig, JsonWebKeySet, SecretConfig } from "./secret-types.js";
