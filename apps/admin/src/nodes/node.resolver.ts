import { UseFilters } from "@nestjs/common";
import { Args, Context, Query, Resolver } from "@nestjs/graphql";
import { fromGlobalId, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { presentAuditLog } from "../audit-logs/audit-log.presenter.js";
import { presentAuthenticator } from "../authenticators/authenticator.presenter.js";
import { presentIdentity } from "../identities/identity.presenter.js";
import type { AdminRequest } from "../request/admin-request.js";
import { presentUser } from "../users/user.presenter.js";

/** Anything with a global id; `__typename` names its type. */
export type AnyNode = { __typename: string; id: string };

/** Things by their global id (spec: admin API §4.2): what cannot be decoded, is unknown, or belongs to another project is null. */
@Resolver("Node")
@Access("admin")
@UseFilters(PassErrorsOn)
export class NodeResolver {
  @Query("node")
  node(@Context() request: AdminRequest, @Args("id") id: string): Promise<AnyNode | null> {
    return find(request, id);
  }

  @Query("nodes")
  nodes(@Context() request: AdminRequest, @Args("ids") ids: string[]): Promise<(AnyNode | null)[]> {
    return Promise.all(ids.map((id) => find(request, id)));
  }
}

async function find({ loaders }: AdminRequest, globalId: string): Promise<AnyNode | null> {
  const parts = fromGlobalId(globalId);
  const present = async <T>(loading: Promise<T | null>, show: (row: T) => AnyNode): Promise<AnyNode | null> => {
    const row = await loading;
    return row && show(row);
  };
  switch (parts?.type) {
    case "User":
      return present(loaders.user.load(parts.id), presentUser);
    case "Identity":
      return present(loaders.identity.load(parts.id), presentIdentity);
    case "Authenticator":
      return present(loaders.authenticator.load(parts.id), presentAuthenticator);
    case "AuditLog":
      return present(loaders.auditLog.load(parts.id), presentAuditLog);
    default:
      return null;
  }
}
