import { Module } from "@nestjs/common";
import { AccountModule } from "@gatehouse/feature-account";
import { AnonymousUsersModule } from "@gatehouse/feature-anonymous-users";
import { AuthenticationFlowModule } from "@gatehouse/feature-authentication-flow";
import { MessageCallbacksModule } from "@gatehouse/feature-messages";
import { OAuthModule } from "@gatehouse/feature-oauth";
import { ResolverModule } from "@gatehouse/feature-resolver";
import { SessionsModule } from "@gatehouse/feature-sessions";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ONE_TIME_CODE_PROVIDERS } from "@gatehouse/record-one-time-codes";
import { ImageFiles, ImageUploads } from "@gatehouse/service-images";
import { IdentificationController } from "./http/account/identification.controller.js";
import { PasskeyOptionsController } from "./http/account/passkey-options.controller.js";
import { AnonymousUsersController } from "./http/anonymous-users/anonymous-users.controller.js";
import { FlowController } from "./http/authentication-flow/flow.controller.js";
import { ImagesController } from "./http/images/images.controller.js";
import { UploadAddressController } from "./http/images/upload-address.controller.js";
import { HOSTED_PAGE_CONTROLLERS, HOSTED_PAGE_PROVIDERS } from "./http/hosted/index.js";
import { AppSessionController } from "./http/oauth/app-session.controller.js";
import { AuthorizationController } from "./http/oauth/authorization.controller.js";
import { DeviceController } from "./http/oauth/device.controller.js";
import { EndSessionController } from "./http/oauth/end-session.controller.js";
import { IntrospectionController } from "./http/oauth/introspection.controller.js";
import { MetadataController } from "./http/oauth/metadata.controller.js";
import { RedirectController } from "./http/oauth/redirect.controller.js";
import { ParController } from "./http/oauth/par.controller.js";
import { RegistrationController } from "./http/oauth/registration.controller.js";
import { TokenController } from "./http/oauth/token.controller.js";
import { ResolveController } from "./http/resolver/resolve.controller.js";
import { WhatsappCallbackController } from "./http/whatsapp/whatsapp-callback.controller.js";

/** The auth service: OAuth, the Authentication Flow API, hosted pages, the resolver. */
@Module({
  imports: [AccountModule, AccountsModule, AnonymousUsersModule, AuthenticationFlowModule, MessageCallbacksModule, OAuthModule, ResolverModule, SessionsModule],
  controllers: [
    ...HOSTED_PAGE_CONTROLLERS,
    FlowController,
    IdentificationController,
    AnonymousUsersController,
    AppSessionController,
    AuthorizationController,
    RedirectController,
    EndSessionController,
    DeviceController,
    ImagesController,
    IntrospectionController,
    MetadataController,
    ParController,
    PasskeyOptionsController,
    RegistrationController,
    TokenController,
    UploadAddressController,
    ResolveController,
    WhatsappCallbackController,
  ],
  providers: [...HOSTED_PAGE_PROVIDERS, ...ONE_TIME_CODE_PROVIDERS, ImageFiles, ImageUploads],
})
export class AuthAppModule {}

/** The resolver alone, for deployments that keep it on an internal port. */
@Module({ imports: [ResolverModule], controllers: [ResolveController] })
export class ResolverAppModule {}
