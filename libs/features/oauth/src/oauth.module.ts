import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AuthenticationInfos, AuthorizationCodes, AuthorizationSessions, ClientAuthorizationStore } from "@gatehouse/record-grants";
import { TokenIssuer } from "./rules/token-issuer.js";
import { Authorize } from "./use-cases/authorize.js";
import { Consent } from "./use-cases/consent.js";
import { CreateTestSession } from "./use-cases/create-test-session.js";
import { ExchangeCode } from "./use-cases/exchange-code.js";
import { FinishAuthorization } from "./use-cases/finish-authorization.js";
import { GetUserinfo } from "./use-cases/get-userinfo.js";
import { IssueToken } from "./use-cases/issue-token.js";
import { RefreshToken } from "./use-cases/refresh-token.js";
import { SignOut } from "./use-cases/sign-out.js";

const stores = [AuthenticationInfos, AuthorizationCodes, AuthorizationSessions, ClientAuthorizationStore];
const useCases = [Authorize, Consent, CreateTestSession, GetUserinfo, IssueToken, SignOut];

/** OAuth 2.0 and OpenID Connect. */
@Module({ imports: [AccountsModule], providers: [...stores, ...useCases, ExchangeCode, FinishAuthorization, RefreshToken, TokenIssuer], exports: [...stores, ...useCases] })
export class OAuthModule {}
