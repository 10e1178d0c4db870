import { Module, type Provider, type Type } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AppRequests, Challenges, PromotionCodes } from "@gatehouse/record-anonymous-users";
import { FlowTraces } from "@gatehouse/record-flow-traces";
import { AuthenticationInfos, AuthorizationSessions } from "@gatehouse/record-grants";
import { ONE_TIME_CODE_PROVIDERS } from "@gatehouse/record-one-time-codes";
import { BotProtection } from "@gatehouse/service-bot-protection";
import { ExternalJwt } from "@gatehouse/service-external-jwt";
import { LdapDirectory } from "@gatehouse/service-ldap";
import { Lockout } from "@gatehouse/service-lockout";
import { SOCIAL_LOGIN_PROVIDERS } from "@gatehouse/service-social-login";
import { Totp } from "@gatehouse/service-totp";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { Engine } from "./engine/engine.js";
import { AUTHENTICATION_METHODS, FLOW_PARTS, IDENTIFICATION_METHODS } from "./engine/parts.js";
import { RunStore } from "./engine/run.store.js";
import { RunUsers } from "./engine/run-users.js";
import { ApplyChanges } from "./finish/apply-changes.js";
import { FinishRun } from "./finish/finish-run.js";
import { LogIn } from "./finish/log-in.js";
import { OpenSession } from "./finish/open-session.js";
import { Reauthenticate } from "./finish/reauthenticate.js";
import { RecoverAccount } from "./finish/recover-account.js";
import { RedirectToClient } from "./finish/redirect-to-client.js";
import { SignUp } from "./finish/sign-up.js";
import { BotGuard } from "./guards/bot-guard.js";
import { CredentialGuard } from "./guards/credential-guard.js";
import { FlowHooks } from "./guards/flow-hooks.js";
import { NewPassword } from "./guards/new-password.js";
import { VerifyPasskey } from "./guards/verify-passkey.js";
import { ChooseFlow } from "./identify/choose-flow.js";
import { FindUser } from "./identify/find-user.js";
import { Identify } from "./identify/identify.js";
import { RegisterIdentity } from "./identify/register-identity.js";
import { AttachIdentity } from "./linking/attach-identity.js";
import { IdentityConflicts } from "./linking/identity-conflicts.js";
import { TakeCode } from "./methods/oob-otp/take-code.js";
import { SendRecoveryCode } from "./recovery/send-recovery-code.js";
import { authenticationMethods, flowSteps, identificationMethods, otherReactors } from "./registered-parts.js";
import { Constraints } from "./steps/constraints.js";
import { FindPromotion } from "./use-cases/find-promotion.js";
import { ReportRefusal } from "./use-cases/report-refusal.js";
import { RunFlow } from "./use-cases/run-flow.js";
import { StartRun } from "./use-cases/start-run.js";
import { WebSessions } from "./use-cases/web-sessions.js";

/** The instances of classes, in order, under one token. */
const gathered = (provide: symbol, classes: readonly Type[]): Provider => ({ provide, useFactory: (...parts: unknown[]) => parts, inject: [...classes] });

const reacting: readonly Type[] = [...authenticationMethods, ...identificationMethods, ...otherReactors];
const records = [FlowTraces, AuthorizationSessions, AuthenticationInfos, AppRequests, Challenges, PromotionCodes, ...ONE_TIME_CODE_PROVIDERS];
const services = [BotProtection, ExternalJwt, LdapDirectory, Lockout, Totp, WebAuthn, ...SOCIAL_LOGIN_PROVIDERS];
const engine = [Engine, RunStore, RunUsers, Constraints, BotGuard, CredentialGuard, FlowHooks, NewPassword, VerifyPasskey, TakeCode, SendRecoveryCode];
const identifying = [Identify, FindUser, ChooseFlow, RegisterIdentity, IdentityConflicts, AttachIdentity];
const finishing = [FinishRun, SignUp, LogIn, Reauthenticate, RecoverAccount, RedirectToClient, ApplyChanges, OpenSession];
const parts: Provider = {
  provide: FLOW_PARTS,
  useFactory: (...all: unknown[]) => ({ steps: all.slice(0, flowSteps.length), others: all.slice(flowSteps.length) }),
  inject: [...flowSteps, ...reacting],
};

/** The authentication flow API, and the web sessions of the hosted pages. */
@Module({
  imports: [AccountsModule],
  providers: [
    ...records,
    ...services,
    ...engine,
    ...identifying,
    ...finishing,
    ...flowSteps,
    ...reacting,
    gathered(AUTHENTICATION_METHODS, authenticationMethods),
    gathered(IDENTIFICATION_METHODS, identificationMethods),
    parts,
    FindPromotion,
    StartRun,
    ReportRefusal,
    RunFlow,
    WebSessions,
  ],
  exports: [RunFlow, WebSessions, AuthorizationSessions, AuthenticationInfos],
})
export class AuthenticationFlowModule {}
