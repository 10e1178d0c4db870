import { Module } from "@nestjs/common";
import { AnonymousUsersModule } from "@gatehouse/feature-anonymous-users";
import { AuthenticationFlowModule } from "@gatehouse/feature-authentication-flow";
import { OAuthModule } from "@gatehouse/feature-oauth";
import { ResolverModule } from "@gatehouse/feature-resolver";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AnonymousUsersController } from "./http/anonymous-users/anonymous-users.controller.js";
import { FlowController } from "./http/authentication-flow/flow.controller.js";
import { AccountPagesController } from "./http/hosted/account-pages.controller.js";
import { FlowPagesController } from "./http/hosted/flow-pages.controller.js";
import { FlowVisits } from "./http/hosted/flow-visits.js";
import { AuthorizationController } from "./http/oauth/authorization.controller.js";
import { EndSessionController } from "./http/oauth/end-session.controller.js";
import { MetadataController } from "./http/oauth/metadata.controller.js";
import { TokenController } from "./http/oauth/token.controller.js";
import { ResolveController } from "./http/resolver/resolve.controller.js";

/** The auth service: OAuth, the Authentication Flow API, hosted pages, the resolver. */
@Module({
  imports: [AccountsModule, AnonymousUsersModule, AuthenticationFlowModule, OAuthModule, ResolverModule],
  // The account pages come first: their fixed paths under /authflow/v2 win over the pattern of the flow pages.
  controllers: [AccountPagesController, FlowPagesController, FlowController, AnonymousUsersController, AuthorizationController, EndSessionController, MetadataController, TokenController, ResolveController],
  providers: [FlowVisits],
})
export class AuthAppModule {}

/** The resolver alone, for deployments that keep it on an internal port. */
@Module({ imports: [ResolverModule], controllers: [ResolveController] })
export class ResolverAppModule {}
