import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { AnySession, ListedSession } from "@gatehouse/domain-session";
import { FindSessions, ListAuthorizations, ListSessions } from "@gatehouse/feature-sessions";
import { listLoader, type Loader, rowLoader } from "@gatehouse/platform-graphql";
import { isUuid } from "@gatehouse/platform-ids";
import { ClientAuthorizationStore, type ListedAuthorization } from "@gatehouse/record-grants";
import { ClientResourceStore, type Resource, ResourceStore, type Scope, ScopeStore } from "@gatehouse/record-resources";
import type { Read } from "./read.js";
import { ArgumentLoaders } from "./argument-loaders.js";

/** Loaders of sessions, authorizations and API resources. */
export interface AccessLoaders {
  session: Loader<(AnySession & { id: string }) | null>;
  authorization: Loader<ListedAuthorization | null>;
  /** By user, latest access first. */
  sessionsOf: Loader<ListedSession[]>;
  /** By user, oldest first. */
  authorizationsOf: Loader<ListedAuthorization[]>;
  resource: Loader<Resource | null>;
  scope: Loader<Scope | null>;
  /** Ids of the clients that a resource is associated with. */
  clientIdsOf: Loader<{ resourceId: string; clientId: string }[]>;
  byArguments: ArgumentLoaders;
}

/** Makes the loaders of a request that tell who may get at what. */
@Injectable()
export class MakeAccessLoaders {
  constructor(
    private readonly sessions: ListSessions,
    private readonly liveSessions: FindSessions,
    private readonly apps: ListAuthorizations,
    private readonly authorizations: ClientAuthorizationStore,
    private readonly resources: ResourceStore,
    private readonly scopes: ScopeStore,
    private readonly clients: ClientResourceStore,
  ) {}

  create(ctx: ProjectContext, read: Read): AccessLoaders {
    return {
      session: rowLoader((ids) => read((tx) => this.liveSessions.run(ctx, tx, ids))),
      authorization: rowLoader((ids) => read((tx) => this.authorizations.byIds(ctx, tx, ids.filter(isUuid)))),
      sessionsOf: listLoader(
        (users) => read((tx) => this.sessions.ofUsers(ctx, tx, users)),
        ({ session }) => session.userId,
      ),
      authorizationsOf: listLoader(
        (users) => read((tx) => this.apps.ofUsers(ctx, tx, users)),
        ({ userId }) => userId,
      ),
      resource: rowLoader((ids) => read((tx) => this.resources.byIds(ctx, tx, ids.filter(isUuid)))),
      scope: rowLoader((ids) => read((tx) => this.scopes.byIds(ctx, tx, ids.filter(isUuid)))),
      clientIdsOf: listLoader(
        async (ids) => [...(await read((tx) => this.clients.clientsOf(ctx, tx, ids)))].flatMap(([resourceId, clients]) => clients.map((clientId) => ({ resourceId, clientId }))),
        ({ resourceId }) => resourceId,
      ),
      byArguments: new ArgumentLoaders(),
    };
  }
}
