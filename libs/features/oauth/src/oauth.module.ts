import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AuthenticationInfos, AuthorizationCodes, AuthorizationSessions, ClientAuthorizationStore } from "@gatehouse/record-grants";
import { GRANTS, RegisteredGrants } from "./registered-grants.js";
import { TokenIssuer } from "./rules/token-issuer.js";
import { Authorize } from "./use-cases/authorize.js";
import { Consent } from "./use-cases/consent.js";
import { CreateTestSession } from "./use-cases/create-test-session.js";
import { FinishAuthorization } from "./use-cases/finish-authorization.js";
import { GetUserinfo } from "./use-cases/get-userinfo.js";
import { IssueForCode } from "./use-cases/issue-for-code.js";
import { IssueToken } from "./use-cases/issue-token.js";
import { SignOut } from "./use-cases/sign-out.js";

const stores = [AuthenticationInfos, AuthorizationCodes, AuthorizationSessions, ClientAuthorizationStore];
const useCases = [Authorize, Consent, CreateTestSession, GetUserinfo, IssueToken, SignOut];

/** OAuth 2.0 and OpenID Connect. */
@Module({
  imports: [AccountsModule],
  providers: [...stores, ...useCases, ...GRANTS, RegisteredGrants, FinishAuthorization, IssueForCode, TokenIssuer],
  exports: [...stores, ...useCases],
})
export class OAuthModule {}
