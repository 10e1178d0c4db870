import { Module } from "@nestjs/common";
import { GraphQLModule } from "@nestjs/graphql";
import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { FraudDecisionsModule } from "@gatehouse/feature-fraud-protection";
import { OAuthModule } from "@gatehouse/feature-oauth";
import { RolesGroupsModule } from "@gatehouse/feature-roles-groups";
import { SessionsModule } from "@gatehouse/feature-sessions";
import { UserExportModule } from "@gatehouse/feature-user-export";
import { UserImportModule } from "@gatehouse/feature-user-import";
import { UsersModule } from "@gatehouse/feature-users";
import { GraphqlDriver, type GraphqlDriverOptions, GraphqlExecutor } from "@gatehouse/platform-graphql";
import { AccountsModule } from "@gatehouse/record-accounts";
import { FlowTraces } from "@gatehouse/record-flow-traces";
import { ImageFiles, ImageUploads } from "@gatehouse/service-images";
import schema from "../schema.graphql?raw";
import { AuditLogResolver } from "./audit-logs/audit-log.resolver.js";
import { UserAuthorizationsResolver } from "./authorizations/authorization.resolver.js";
import { AuthenticatorMutations } from "./authenticators/authenticator.mutations.resolver.js";
import { AuthenticatorResolver } from "./authenticators/authenticator.resolver.js";
import { FraudProtectionResolver } from "./fraud-protection/fraud-protection.resolver.js";
import { FilesController } from "./http/files/files.controller.js";
import { FlowTracesController } from "./http/flow-traces/flow-traces.controller.js";
import { GraphqlController } from "./http/graphql/graphql.controller.js";
import { Explorer } from "./http/graphql/render-explorer.js";
import { RunOperation } from "./http/graphql/run-operation.js";
import { UploadAddressController } from "./http/images/upload-address.controller.js";
import { UserExportController } from "./http/user-export/user-export.controller.js";
import { UserImportController } from "./http/user-import/user-import.controller.js";
import { IdentityMutations } from "./identities/identity.mutations.resolver.js";
import { IdentityResolver } from "./identities/identity.resolver.js";
import { NodeResolver } from "./nodes/node.resolver.js";
import { MakeAccessLoaders } from "./request/access-loaders.js";
import { AdminLoaders } from "./request/admin-loaders.js";
import { logUnexpected } from "./request/admin-request.js";
import { Preparations } from "./request/preparations.js";
import { MakeRoleLoaders } from "./request/role-loaders.js";
import { typeResolvers } from "./request/type-resolvers.js";
import { ResourceMutations } from "./resources/resource.mutations.resolver.js";
import { ResourceResolver } from "./resources/resource.resolver.js";
import { ScopeMutations } from "./resources/scope.mutations.resolver.js";
import { GroupMutations } from "./roles-groups/group.mutations.resolver.js";
import { GroupResolver } from "./roles-groups/group.resolver.js";
import { RoleMutations } from "./roles-groups/role.mutations.resolver.js";
import { RoleResolver } from "./roles-groups/role.resolver.js";
import { UserRolesMutations } from "./roles-groups/user-roles.mutations.resolver.js";
import { UserRolesResolver } from "./roles-groups/user-roles.resolver.js";
import { SessionMutations } from "./sessions/session.mutations.resolver.js";
import { UserSessionsResolver } from "./sessions/session.resolver.js";
import { Lockout } from "@gatehouse/service-lockout";
import { AccountLockoutResolver } from "./users/account-lockout.resolver.js";
import { UserAttributesMutations } from "./users/user-attributes.mutations.resolver.js";
import { UserCredentialsMutations } from "./users/user-credentials.mutations.resolver.js";
import { UserLifecycleMutations } from "./users/user-lifecycle.mutations.resolver.js";
import { UserLookupsResolver } from "./users/user-lookups.resolver.js";
import { UserMutations } from "./users/user.mutations.resolver.js";
import { UserRecordsResolver } from "./users/user-records.resolver.js";
import { UserStatusMutations } from "./users/user-status.mutations.resolver.js";
import { UserStatusResolver } from "./users/user-status.resolver.js";
import { UserResolver } from "./users/user.resolver.js";

const resolvers = [NodeResolver, UserResolver, UserRecordsResolver, UserMutations, IdentityResolver, AuthenticatorResolver, AuditLogResolver, FraudProtectionResolver];
const credentialResolvers = [UserLookupsResolver, UserAttributesMutations, UserCredentialsMutations, IdentityMutations, AuthenticatorMutations];
const lifecycleResolvers = [AccountLockoutResolver, UserLifecycleMutations, UserStatusMutations, UserStatusResolver];
const accessResolvers = [UserAuthorizationsResolver, ResourceMutations, ResourceResolver, ScopeMutations, SessionMutations, UserSessionsResolver];
const roleResolvers = [RoleResolver, RoleMutations, GroupResolver, GroupMutations, UserRolesResolver, UserRolesMutations];

/** The Admin API of every project: GraphQL, schema first. */
@Module({
  imports: [
    AccountsModule,
    UsersModule,
    RolesGroupsModule,
    SessionsModule,
    OAuthModule,
    AuditLogModule,
    FraudDecisionsModule,
    UserImportModule,
    UserExportModule,
    GraphQLModule.forRoot<GraphqlDriverOptions>({ driver: GraphqlDriver, typeDefs: schema, resolvers: typeResolvers, introspection: true, onUnexpectedError: logUnexpected }),
  ],
  controllers: [GraphqlController, FlowTracesController, FilesController, UploadAddressController, UserImportController, UserExportController],
  providers: [
    GraphqlExecutor,
    Explorer,
    ImageFiles,
    ImageUploads,
    RunOperation,
    Preparations,
    AdminLoaders,
    MakeAccessLoaders,
    MakeRoleLoaders,
    FlowTraces,
    Lockout,
    ...resolvers,
    ...lifecycleResolvers,
    ...credentialResolvers,
    ...accessResolvers,
    ...roleResolvers,
  ],
})
export class AdminAppModule {}
