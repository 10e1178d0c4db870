import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { ONE_TIME_CODE_PROVIDERS } from "@gatehouse/record-one-time-codes";
import { Lockout } from "@gatehouse/service-lockout";
import { SOCIAL_LOGIN_PROVIDERS } from "@gatehouse/service-social-login";
import { Totp } from "@gatehouse/service-totp";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { AccountReader } from "./guards/account-reader.js";
import { AddressCodes } from "./guards/address-codes.js";
import { FreshRecoveryCodes } from "./guards/fresh-recovery-codes.js";
import { GuardedCheck } from "./guards/guarded-check.js";
import { OwnedRecords } from "./guards/owned-records.js";
import { ReportLimit } from "./guards/report-limit.js";
import { AccountTokens } from "./store/account-token.store.js";
import { AccountSession } from "./use-cases/account-session.js";
import { AddPasskey } from "./use-cases/add-passkey.js";
import { AskForPasskey } from "./use-cases/ask-for-passkey.js";
import { ChangePassword } from "./use-cases/change-password.js";
import { DeleteAuthenticator } from "./use-cases/delete-authenticator.js";
import { DeleteIdentity } from "./use-cases/delete-identity.js";
import { EnrolOneTimePassword } from "./use-cases/enrol-one-time-password.js";
import { EnrolTotp } from "./use-cases/enrol-totp.js";
import { FinishEnrolment } from "./use-cases/finish-enrolment.js";
import { ForgetDevices } from "./use-cases/forget-devices.js";
import { LinkSocialAccount } from "./use-cases/link-social-account.js";
import { RecoveryCodes } from "./use-cases/recovery-codes.js";
import { ResendCode } from "./use-cases/resend-code.js";
import { ResumeLoginIdChange } from "./use-cases/resume-login-id-change.js";
import { ScheduleOwnDeletion } from "./use-cases/schedule-own-deletion.js";
import { StartLoginIdChange } from "./use-cases/start-login-id-change.js";
import { UpdateProfile } from "./use-cases/update-profile.js";
import { WriteLoginId } from "./use-cases/write-login-id.js";

const services = [ChosenPasswords, ...ONE_TIME_CODE_PROVIDERS, Lockout, ...SOCIAL_LOGIN_PROVIDERS, Totp, WebAuthn];
const guards = [AddressCodes, FreshRecoveryCodes, GuardedCheck, OwnedRecords, ReportLimit, WriteLoginId];
const identities = [AddPasskey, AskForPasskey, DeleteIdentity, LinkSocialAccount, ResendCode, ResumeLoginIdChange, StartLoginIdChange];
const authenticators = [ChangePassword, DeleteAuthenticator, EnrolOneTimePassword, EnrolTotp, FinishEnrolment, ForgetDevices, RecoveryCodes];
const doors = [AccountReader, AccountSession, AccountTokens, ScheduleOwnDeletion, UpdateProfile, ...identities, ...authenticators];

/** What users change of their own accounts. */
@Module({ imports: [AccountsModule], providers: [...services, ...guards, ...doors], exports: doors })
export class AccountModule {}
