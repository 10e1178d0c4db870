import { IdTokenIdentification } from "./identifications/id-token.js";
import { LdapIdentification } from "./identifications/ldap.js";
import { LoginIdIdentification } from "./identifications/login-id.js";
import { OAuthIdentification } from "./identifications/oauth.js";
import { PasskeyIdentification } from "./identifications/passkey.js";
import { SelectAccountIdentification } from "./identifications/select-account.js";
import { OfferLinking } from "./linking/offer-linking.js";
import { DeviceTokenMethod } from "./methods/device-token/device-token-method.js";
import { AskCode } from "./methods/oob-otp/ask-code.js";
import { OobOtpMethod } from "./methods/oob-otp/oob-otp-method.js";
import { PasskeyMethod } from "./methods/passkey/passkey-method.js";
import { PasswordMethod } from "./methods/password/password-method.js";
import { RecoveryCodeMethod } from "./methods/recovery-code/recovery-code-method.js";
import { TotpMethod } from "./methods/totp/totp-method.js";
import { RecoveryIdentifyStep } from "./recovery/recovery-identify-step.js";
import { ResetPasswordStep } from "./recovery/reset-password-step.js";
import { SelectDestinationStep } from "./recovery/select-destination-step.js";
import { VerifyRecoveryCodeStep } from "./recovery/verify-recovery-code-step.js";
import { AuthenticateStep } from "./steps/authenticate-step.js";
import { ChangePasswordStep } from "./steps/change-password-step.js";
import { CheckAccountStatusStep } from "./steps/check-account-status-step.js";
import { CreateAuthenticatorStep } from "./steps/create-authenticator-step.js";
import { FillInUserProfileStep } from "./steps/fill-in-user-profile-step.js";
import { IdentifyStep } from "./steps/identify-step.js";
import { OfferEnrolment } from "./steps/offer-enrolment.js";
import { PromptCreatePasskeyStep } from "./steps/prompt-create-passkey-step.js";
import { TerminateOtherSessionsStep } from "./steps/terminate-other-sessions-step.js";
import { VerifyStep } from "./steps/verify-step.js";
import { ViewRecoveryCodeStep } from "./steps/view-recovery-code-step.js";

/** The ways to prove oneself; a new one is one more line. */
export const authenticationMethods = [PasswordMethod, PasskeyMethod, OobOtpMethod, TotpMethod, RecoveryCodeMethod, DeviceTokenMethod];

/** The ways to say who one is. */
export const identificationMethods = [LoginIdIdentification, OAuthIdentification, PasskeyIdentification, LdapIdentification, IdTokenIdentification, SelectAccountIdentification];

/** The steps of flows. */
export const flowSteps = [
  IdentifyStep,
  AuthenticateStep,
  CreateAuthenticatorStep,
  VerifyStep,
  CheckAccountStatusStep,
  ChangePasswordStep,
  TerminateOtherSessionsStep,
  FillInUserProfileStep,
  ViewRecoveryCodeStep,
  PromptCreatePasskeyStep,
  RecoveryIdentifyStep,
  SelectDestinationStep,
  VerifyRecoveryCodeStep,
  ResetPasswordStep,
];

/** What answers inputs within steps and methods. */
export const otherReactors = [AskCode, OfferEnrolment, OfferLinking];
