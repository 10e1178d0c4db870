import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import { type AuditLogRow, GetAuditLogs } from "@gatehouse/feature-audit-log";
import { GetUsers } from "@gatehouse/feature-users";
import { listLoader, type Loader, rowLoader } from "@gatehouse/platform-graphql";
import { isUuid } from "@gatehouse/platform-ids";
import { AuthenticatorStore } from "@gatehouse/record-authenticators";
import { IdentityStore } from "@gatehouse/record-identities";
import { type VerifiedClaim, VerifiedClaimStore } from "@gatehouse/record-verified-claims";
import type { AdminRequest } from "./admin-request.js";

/** The loaders of one request. Lists are by user, oldest first. */
export interface Loaders {
  user: Loader<User | null>;
  identity: Loader<Identity | null>;
  authenticator: Loader<Authenticator | null>;
  auditLog: Loader<AuditLogRow | null>;
  identitiesOf: Loader<Identity[]>;
  authenticatorsOf: Loader<Authenticator[]>;
  verifiedClaimsOf: Loader<VerifiedClaim[]>;
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
  ) {}

  create(ctx: ProjectContext, read: AdminRequest["read"]): Loaders {
    return {
      user: rowLoader((ids) => read((tx) => this.users.run(ctx, tx, ids))),
      identity: rowLoader((ids) => read((tx) => this.identities.byIds(ctx, tx, ids.filter(isUuid)))),
      authenticator: rowLoader((ids) => read((tx) => this.authenticators.byIds(ctx, tx, ids.filter(isUuid)))),
      auditLog: rowLoader((ids) => this.auditLogs.run(ctx, ids)),
      identitiesOf: listLoader(async (users) => (await read((tx) => this.identities.listByUserIds(ctx, tx, users))).sort(oldestFirst), ownerOf),
      authenticatorsOf: listLoader((users) => read((tx) => this.authenticators.listByUserIds(ctx, tx, users)), ownerOf),
      verifiedClaimsOf: listLoader((users) => read((tx) => this.claims.listByUserIds(ctx, tx, users)), ownerOf),
    };
  }
}
