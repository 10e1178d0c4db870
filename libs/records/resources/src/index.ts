/** Which client may use which resource. */
export { type ClientAccess, ClientResourceStore } from "./client-resource.store.js";
/** What a resource and a scope are. */
export type { Resource, Scope } from "./resource.js";
/** API resources. */
export { type ResourcePage, ResourceStore } from "./resource.store.js";
/** Their scopes. */
export { type ScopePage, ScopeStore } from "./scope.store.js";
/** The resource that a refresh token is for. */
export { TokenResourceStore } from "./token-resource.store.js";
