import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AuthenticationInfos, AuthorizationSessions } from "@gatehouse/record-grants";
import { OneTimeCodes } from "@gatehouse/record-one-time-codes";
import { Engine } from "./engine/engine.js";
import { FinishRun } from "./engine/finish-run.js";
import { RunStore } from "./engine/run.store.js";
import { AuthenticateStep } from "./steps/authenticate-step.js";
import { CreateAuthenticatorStep } from "./steps/create-authenticator-step.js";
import { IdentifyStep } from "./steps/identify-step.js";
import { OneTimeCodeStep } from "./steps/one-time-code-step.js";
import { ChangePasswordStep, CheckAccountStatusStep, TerminateOtherSessionsStep, VerifyStep } from "./steps/other-steps.js";
import { RunFlow } from "./use-cases/run-flow.js";
import { WebSessions } from "./use-cases/web-sessions.js";

/** The authentication flow engine and its API. */
@Module({
  imports: [AccountsModule],
  providers: [
    AuthenticateStep,
    AuthenticationInfos,
    AuthorizationSessions,
    ChangePasswordStep,
    CheckAccountStatusStep,
    CreateAuthenticatorStep,
    Engine,
    FinishRun,
    IdentifyStep,
    OneTimeCodes,
    OneTimeCodeStep,
    RunFlow,
    RunStore,
    TerminateOtherSessionsStep,
    VerifyStep,
    WebSessions,
  ],
  exports: [RunFlow, WebSessions],
})
export class AuthenticationFlowModule {}
