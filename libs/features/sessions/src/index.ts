export { PurgeExpiredSessions } from "./use-cases/purge-expired-sessions.js";
export { SessionCleanUpModule, SessionsModule } from "./sessions.module.js";
export { FindSessions } from "./use-cases/find-sessions.js";
export { type AuthorizedApp, ListAuthorizations } from "./use-cases/list-authorizations.js";
export { ListSessions } from "./use-cases/list-sessions.js";
export { RemoveAuthorization } from "./use-cases/remove-authorization.js";
export { RevokeOtherSessions } from "./use-cases/revoke-other-sessions.js";
export { RevokeSession } from "./use-cases/revoke-session.js";
