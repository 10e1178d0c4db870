export { AuthAppModule, ResolverAppModule } from "./auth-app.module.js";
export { createAuthService } from "./create-auth-service.js";
export { createResolverService } from "./create-resolver-service.js";
