import { Module } from "@nestjs/common";
import { AuthenticatorStore, DeviceTokenStore, PasswordHistoryStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { AccessGrants, OfflineGrantStore, RequestSessions, SessionCache, SessionReader, SessionStore } from "@gatehouse/record-sessions";
import { UserStore } from "@gatehouse/record-users";
import { VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { Accounts } from "./accounts.js";

const providers = [
  Accounts,
  UserStore,
  IdentityStore,
  AuthenticatorStore,
  DeviceTokenStore,
  PasswordHistoryStore,
  RecoveryCodeStore,
  VerifiedClaimStore,
  SessionCache,
  SessionStore,
  SessionReader,
  OfflineGrantStore,
  AccessGrants,
  RequestSessions,
];

/** The records of users, as one module for every feature that works on them. */
@Module({ providers, exports: providers })
export class AccountsModule {}
