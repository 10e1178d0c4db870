import { Module } from "@nestjs/common";
import { AuthenticatorStore, DeviceTokenStore, PasswordHistoryStore, RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { GroupRoleStore, GroupStore, MembershipStore, RoleStore } from "@gatehouse/record-roles-groups";
import {
  AccessGrantStore,
  AppSessionStore,
  GatheredRefreshes,
  OfflineGrantStore,
  RequestSessions,
  SessionCache,
  SessionReader,
  SessionStore,
  UserSessionStore,
} from "@gatehouse/record-sessions";
import { AccountStatusStore, UserStore } from "@gatehouse/record-users";
import { VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { ImageFiles } from "@gatehouse/service-images";
import { AccountLifecycle } from "./account-lifecycle.js";
import { Accounts } from "./accounts.js";
import { AnonymousSignUps } from "./anonymous-sign-ups.js";
import { CachedSessions } from "./cached-sessions.js";
import { IdentityChanges } from "./identity-changes.js";
import { OwnedRecordsStore } from "./owned-records.store.js";
import { ScheduledEnds } from "./scheduled-ends.js";
import { UnshownPictures } from "./unshown-pictures.js";
import { UserMemberships } from "./user-memberships.js";
import { WriteAccount } from "./write-account.js";

const providers = [
  Accounts,
  AccountLifecycle,
  AnonymousSignUps,
  CachedSessions,
  IdentityChanges,
  OwnedRecordsStore,
  ScheduledEnds,
  UnshownPictures,
  ImageFiles,
  UserMemberships,
  WriteAccount,
  UserStore,
  AccountStatusStore,
  IdentityStore,
  AuthenticatorStore,
  DeviceTokenStore,
  PasswordHistoryStore,
  RecoveryCodeStore,
  VerifiedClaimStore,
  RoleStore,
  GroupStore,
  GroupRoleStore,
  MembershipStore,
  SessionCache,
  SessionStore,
  UserSessionStore,
  SessionReader,
  OfflineGrantStore,
  AccessGrantStore,
  GatheredRefreshes,
  AppSessionStore,
  RequestSessions,
];

/** The records of users, as one module for every feature that works on them. */
@Module({ providers, exports: providers })
export class AccountsModule {}
