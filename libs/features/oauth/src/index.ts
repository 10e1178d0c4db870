export { OAuthModule } from "./oauth.module.js";
export type { AuthorizationAnswer } from "./use-cases/authorization-response.js";
export { Authorize, infoOf } from "./use-cases/authorize.js";
export { Consent } from "./use-cases/consent.js";
export { CreateTestSession, type TestSession } from "./use-cases/create-test-session.js";
export { GetUserinfo } from "./use-cases/get-userinfo.js";
export { IssueToken } from "./use-cases/issue-token.js";
export { SignOut } from "./use-cases/sign-out.js";
export type { TokenAnswer, TokenParams, TokenRequest, TokenResponse } from "./use-cases/token-response.js";
