import { UseFilters } from "@nestjs/common";
import { Args, Context, Query, Resolver } from "@nestjs/graphql";
import { fromGlobalId, MaskedError, PassErrorsOn } from "@gatehouse/platform-graphql";
import { Access } from "@gatehouse/platform-http";
import { presentAuditLog } from "../audit-logs/audit-log.presenter.js";
import { presentAuthenticator } from "../authenticators/authenticator.presenter.js";
import { presentIdentity } from "../identities/identity.presenter.js";
import { presentAuthorization } from "../authorizations/authorization.presenter.js";
import { presentFraudDecision } from "../fraud-protection/fraud-protection.presenter.js";
import type { AdminRequest } from "../request/admin-request.js";
import { presentResource, presentScope } from "../resources/resource.presenter.js";
import { presentGroup, presentRole } from "../roles-groups/role.presenter.js";
import { presentSession } from "../sessions/session.presenter.js";
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
  nodes(@Context() request: AdminRequest, @Args("ids") ids: string[]): Promise<AnyNode | null>[] {
    return ids.map((id) => {
      const node = find(request, id);
      // Each element fails for itself; whoever awaits it hears of it.
      node.catch(() => undefined);
      return node;
    });
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
    case "FraudProtectionDecisionRecord":
      return present(loaders.fraudDecision.load(parts.id), presentFraudDecision);
    case "Session":
      return present(found(loaders.session.load(parts.id)), presentSession);
    case "Authorization":
      return present(found(loaders.authorization.load(parts.id)), presentAuthorization);
    case "Role":
      return present(loaders.role.load(parts.id), presentRole);
    case "Group":
      return present(loaders.group.load(parts.id), presentGroup);
    case "Resource":
      return present(loaders.resource.load(parts.id), presentResource);
    case "Scope":
      return present(loaders.scope.load(parts.id), presentScope);
    default:
      return null;
  }
}

/** Sessions and authorizations that are not there are an error that tells nothing (spec: admin API §4.2). */
async function found<T>(loading: Promise<T | null>): Promise<T> {
  const row = await loading;
  if (!row) throw new MaskedError("no such node");
  return row;
}
