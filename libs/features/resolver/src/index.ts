export { ResolverModule } from "./resolver.module.js";
export { ResolveSession } from "./use-cases/resolve-session.js";
