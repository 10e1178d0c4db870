import { Module } from "@nestjs/common";
import { GraphQLModule } from "@nestjs/graphql";
import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { UsersModule } from "@gatehouse/feature-users";
import { GraphqlDriver, type GraphqlDriverOptions, GraphqlExecutor } from "@gatehouse/platform-graphql";
import { AccountsModule } from "@gatehouse/record-accounts";
import { FlowTraces } from "@gatehouse/record-flow-traces";
import schema from "../schema.graphql?raw";
import { AuditLogResolver } from "./audit-logs/audit-log.resolver.js";
import { AuthenticatorResolver } from "./authenticators/authenticator.resolver.js";
import { FlowTracesController } from "./http/flow-traces/flow-traces.controller.js";
import { GraphqlController } from "./http/graphql/graphql.controller.js";
import { RunOperation } from "./http/graphql/run-operation.js";
import { IdentityResolver } from "./identities/identity.resolver.js";
import { NodeResolver } from "./nodes/node.resolver.js";
import { AdminLoaders } from "./request/admin-loaders.js";
import { logUnexpected } from "./request/admin-request.js";
import { Preparations } from "./request/preparations.js";
import { typeResolvers } from "./request/type-resolvers.js";
import { UserMutations } from "./users/user.mutations.resolver.js";
import { UserRecordsResolver } from "./users/user-records.resolver.js";
import { UserResolver } from "./users/user.resolver.js";

const resolvers = [NodeResolver, UserResolver, UserRecordsResolver, UserMutations, IdentityResolver, AuthenticatorResolver, AuditLogResolver];

/** The Admin API of every project: GraphQL, schema first. */
@Module({
  imports: [
    AccountsModule,
    UsersModule,
    AuditLogModule,
    GraphQLModule.forRoot<GraphqlDriverOptions>({ driver: GraphqlDriver, typeDefs: schema, resolvers: typeResolvers, introspection: true, onUnexpectedError: logUnexpected }),
  ],
  controllers: [GraphqlController, FlowTracesController],
  providers: [GraphqlExecutor, RunOperation, Preparations, AdminLoaders, FlowTraces, ...resolvers],
})
export class AdminAppModule {}
