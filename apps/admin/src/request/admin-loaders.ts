import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { type AuditLogRow, GetAuditLogs } from "@gatehouse/feature-audit-log";
import { type FraudDecisionRow, ListFraudDecisions } from "@gatehouse/feature-fraud-protection";
import { GetUsers } from "@gatehouse/feature-users";
import { listLoader, type Loader, rowLoader } from "@gatehouse/platform-graphql";
import { isUuid } from "@gatehouse/platform-ids";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { type VerifiedClaim, VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import { Lockout, type LockoutStatus } from "@gatehouse/service-lockout";
import { type AccessLoaders, MakeAccessLoaders } from "./access-loaders.js";
import type { Read } from "./read.js";
import { MakeRoleLoaders, type RoleLoaders } from "./role-loaders.js";

/** The loaders of one request. Lists are by user, oldest first. */
export interface Loaders extends AccessLoaders, RoleLoaders {
  user: Loader<User | null>;
  identity: Loader<Identity | null>;
  authenticator: Loader<Authenticator | null>;
  auditLog: Loader<AuditLogRow | null>;
  fraudDecision: Loader<FraudDecisionRow | null>;
  identitiesOf: Loader<Identity[]>;
  authenticatorsOf: Loader<Authenticator[]>;
  verifiedClaimsOf: Loader<VerifiedClaim[]>;
  /** By user; there is always one. */
  lockoutOf: Loader<(LockoutStatus & { id: string }) | null>;
}

type Dated = { id: string; createdAt: Date };
const oldestFirst = (a: Dated, b: Dated): number => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
const ownerOf = (row: { userId: string }): string => row.userId;

/** Makes the loaders of a request from the stores' batch methods. */
@Injectable()
export class AdminLoaders {
  constructor(
    private readonly users: GetUsers,
    private readonly identities: IdentityStore,
    private readonly authenticators: AuthenticatorStore,
    private readonly claims: VerifiedClaimStore,
    private readonly auditLogs: GetAuditLogs,
    private readonly fraudDecisions: ListFraudDecisions,
    private readonly lockout: Lockout,
    private readonly access: MakeAccessLoaders,
    private readonly roles: MakeRoleLoaders,
  ) {}

  create(ctx: ProjectContext, read: Read): Loaders {
    return {
      ...this.access.create(ctx, read),
      ...this.roles.create(ctx, read),
      user: rowLoader((ids) => read((tx) => this.users.run(ctx, tx, ids))),
      identity: rowLoader((ids) => read((tx) => this.identities.byIds(ctx, tx, ids.filter(isUuid)))),
      authenticator: rowLoader((ids) => read((tx) => this.authenticators.byIds(ctx, tx, ids.filter(isUuid)))),
      auditLog: rowLoader((ids) => this.auditLogs.run(ctx, ids)),
      fraudDecision: rowLoader((ids) => this.fraudDecisions.byIds(ctx, ids)),
      identitiesOf: listLoader(async (users) => (await read((tx) => this.identities.listByUserIds(ctx, tx, users))).sort(oldestFirst), ownerOf),
      authenticatorsOf: listLoader((users) => read((tx) => this.authenticators.listByUserIds(ctx, tx, users)), ownerOf),
      verifiedClaimsOf: listLoader((users) => read((tx) => this.claims.listByUserIds(ctx, tx, users)), ownerOf),
      lockoutOf: rowLoader(async (ids) => (await this.lockout.statuses(ctx, ids)).map((status, at) => ({ ...status, id: ids[at] as string }))),
    };
  }
}
