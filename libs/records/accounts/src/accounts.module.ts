import { Module } from "@nestjs/common";
import { AuthenticatorStore, DeviceTokenStore, PasswordHistoryStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { AccessGrantStore, AppSessionStore, OfflineGrantStore, RequestSessions, SessionCache, SessionReader, SessionStore, UserSessionStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { Accounts } from "./accounts.js";
import { AnonymousSignUps } from "./anonymous-sign-ups.js";
import { CachedSessions } from "./cached-sessions.js";
import { IdentityChanges } from "./identity-changes.js";
import { WriteAccount } from "./write-account.js";

const providers = [
  Accounts,
  AnonymousSignUps,
  CachedSessions,
  IdentityChanges,
  WriteAccount,
  UserStore,
  IdentityStore,
  AuthenticatorStore,
  DeviceTokenStore,
  PasswordHistoryStore,
  RecoveryCodeStore,
  VerifiedClaimStore,
  SessionCache,
  SessionStore,
  UserSessionStore,
  SessionReader,
  OfflineGrantStore,
  AccessGrantStore,
  AppSessionStore,
  RequestSessions,
];

/** The records of users, as one module for every feature that works on them. */
@Module({ providers, exports: providers })
export class AccountsModule {}
