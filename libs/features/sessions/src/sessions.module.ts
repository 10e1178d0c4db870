import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { ExpiredTokens } from "@gatehouse/record-sessions";
import { FindSessions } from "./use-cases/find-sessions.js";
import { ListAuthorizations } from "./use-cases/list-authorizations.js";
import { ListSessions } from "./use-cases/list-sessions.js";
import { PurgeExpiredSessions } from "./use-cases/purge-expired-sessions.js";
import { RemoveAuthorization } from "./use-cases/remove-authorization.js";
import { RevokeOtherSessions } from "./use-cases/revoke-other-sessions.js";
import { RevokeSession } from "./use-cases/revoke-session.js";

const useCases = [FindSessions, ListAuthorizations, ListSessions, RemoveAuthorization, RevokeOtherSessions, RevokeSession];

/** What a user sees of his sessions and authorized apps, and what he may end. */
@Module({ imports: [AccountsModule], providers: [ClientAuthorizationStore, ...useCases], exports: [ClientAuthorizationStore, ...useCases] })
export class SessionsModule {}

/** The deletion of what has expired, for the worker. */
@Module({ providers: [ExpiredTokens, PurgeExpiredSessions], exports: [PurgeExpiredSessions] })
export class SessionCleanUpModule {}
