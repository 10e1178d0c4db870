import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AppRequests, Challenges, PromotionCodes } from "@gatehouse/record-anonymous-users";
import {
  AppSessionTokens,
  AuthenticationInfos,
  AuthorizationCodes,
  AuthorizationSessions,
  ClientAuthorizationStore,
  PreAuthenticatedTokens,
  PushedRequests,
  DeviceAuthorizations,
  LogoutSubscriptionStore,
} from "@gatehouse/record-grants";
import { ClientResourceStore, ResourceStore, ScopeStore, TokenResourceStore } from "@gatehouse/record-resources";
import { RegisteredClientStore } from "@gatehouse/service-project-registry";
import { GRANTS, RegisteredGrants } from "./registered-grants.js";
import { RequestTargets } from "./rules/request-targets.js";
import { TokenIssuer } from "./rules/token-issuer.js";
import { AnonymousWebTokens } from "./use-cases/anonymous-tokens.js";
import { AppSessionToken } from "./use-cases/app-session-token.js";
import { Authorize } from "./use-cases/authorize.js";
import { HandOff } from "./use-cases/authorize-hand-off.js";
import { AuthorizeSettingsAction } from "./use-cases/authorize-settings-action.js";
import { AuthorizeUrlToken } from "./use-cases/authorize-url-token.js";
import { BiometricLogin } from "./use-cases/biometric-login.js";
import { BiometricSetup } from "./use-cases/biometric-setup.js";
import { CompleteSettingsAction } from "./use-cases/complete-settings-action.js";
import { Consent } from "./use-cases/consent.js";
import { CreateSession } from "./use-cases/create-session.js";
import { CreateTestSession } from "./use-cases/create-test-session.js";
import { StartDeviceAuthorization } from "./use-cases/device-authorization.js";
import { DecideDevice } from "./use-cases/device-decision.js";
import { FinishAuthorization } from "./use-cases/finish-authorization.js";
import { GetUserinfo } from "./use-cases/get-userinfo.js";
import { IntrospectToken } from "./use-cases/introspect.js";
import { IssueForCode } from "./use-cases/issue-for-code.js";
import { IssueForDevice } from "./use-cases/issue-for-device.js";
import { IssueToken } from "./use-cases/issue-token.js";
import { OpenPushedRequest } from "./use-cases/open-pushed-request.js";
import { PushAuthorization } from "./use-cases/push-authorization.js";
import { FindClientDocument } from "./use-cases/find-client-document.js";
import { RegisterClient } from "./use-cases/register-client.js";
import { SignOut } from "./use-cases/sign-out.js";

const stores = [
  RegisteredClientStore,
  AppRequests,
  Challenges,
  PromotionCodes,
  LogoutSubscriptionStore,
  DeviceAuthorizations,
  PushedRequests,
  AppSessionTokens,
  PreAuthenticatedTokens,
  AuthenticationInfos,
  AuthorizationCodes,
  AuthorizationSessions,
  ClientAuthorizationStore,
  ClientResourceStore,
  ResourceStore,
  ScopeStore,
  TokenResourceStore,
];
const useCases = [
  FindClientDocument,
  RegisterClient,
  AnonymousWebTokens,
  AppSessionToken,
  Authorize,
  CompleteSettingsAction,
  Consent,
  CreateSession,
  CreateTestSession,
  DecideDevice,
  StartDeviceAuthorization,
  GetUserinfo,
  IntrospectToken,
  IssueToken,
  OpenPushedRequest,
  PushAuthorization,
  SignOut,
];

/** OAuth 2.0 and OpenID Connect. */
@Module({
  imports: [AccountsModule],
  providers: [
    ...stores,
    ...useCases,
    ...GRANTS,
    RegisteredGrants,
    AuthorizeSettingsAction,
    AuthorizeUrlToken,
    FinishAuthorization,
    HandOff,
    BiometricLogin,
    BiometricSetup,
    IssueForCode,
    IssueForDevice,
    RequestTargets,
    TokenIssuer,
  ],
  exports: [...stores, ...useCases],
})
export class OAuthModule {}
