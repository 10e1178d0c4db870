import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { ONE_TIME_CODE_PROVIDERS } from "@gatehouse/record-one-time-codes";
import { UserCounts, UserListRead } from "@gatehouse/record-users";
import { SOCIAL_LOGIN_PROVIDERS } from "@gatehouse/service-social-login";
import { UserSearchModule } from "@gatehouse/service-user-search";
import { MailPassword } from "./guards/mail-password.js";
import { RecoveryOfLoginId } from "./guards/recovery-of-login-id.js";
import { TargetUser } from "./guards/target-user.js";
import { AnonymizeUser } from "./use-cases/anonymize-user.js";
import { CreateAuthenticator } from "./use-cases/create-authenticator.js";
import { CreateIdentity } from "./use-cases/create-identity.js";
import { CreateUser } from "./use-cases/create-user.js";
import { DeleteAuthenticator } from "./use-cases/delete-authenticator.js";
import { DeleteIdentity } from "./use-cases/delete-identity.js";
import { DeleteUser } from "./use-cases/delete-user.js";
import { GenerateCode } from "./use-cases/generate-code.js";
import { GetUsers } from "./use-cases/get-users.js";
import { ListUsers } from "./use-cases/list-users.js";
import { LookUpUsers } from "./use-cases/look-up-users.js";
import { PrepareAuthenticator } from "./use-cases/prepare-authenticator.js";
import { PrepareFirstPassword } from "./use-cases/prepare-first-password.js";
import { PreparePassword } from "./use-cases/prepare-password.js";
import { PrepareProfile } from "./use-cases/prepare-profile.js";
import { PrepareResetPasswordMessage } from "./use-cases/prepare-reset-password-message.js";
import { PrepareUser } from "./use-cases/prepare-user.js";
import { ResetPassword } from "./use-cases/reset-password.js";
import { ScheduleEnd } from "./use-cases/schedule-end.js";
import { SearchUsers } from "./use-cases/search-users.js";
import { SendResetPasswordMessage } from "./use-cases/send-reset-password-message.js";
import { SetDisabledStatus } from "./use-cases/set-disabled-status.js";
import { SetGracePeriod } from "./use-cases/set-grace-period.js";
import { SetPasswordExpired } from "./use-cases/set-password-expired.js";
import { SetValidPeriod } from "./use-cases/set-valid-period.js";
import { SetVerifiedStatus } from "./use-cases/set-verified-status.js";
import { UnscheduleEnd } from "./use-cases/unschedule-end.js";
import { UpdateIdentity } from "./use-cases/update-identity.js";
import { UpdateProfile } from "./use-cases/update-profile.js";

const users = [CreateUser, DeleteUser, GetUsers, ListUsers, LookUpUsers, PrepareProfile, PrepareUser, SearchUsers, UpdateProfile];
const identities = [CreateIdentity, DeleteIdentity, PrepareFirstPassword, SetVerifiedStatus, UpdateIdentity];
const authenticators = [CreateAuthenticator, DeleteAuthenticator, PrepareAuthenticator];
const credentials = [GenerateCode, PreparePassword, PrepareResetPasswordMessage, ResetPassword, SendResetPasswordMessage, SetPasswordExpired];
const lifecycle = [AnonymizeUser, ScheduleEnd, SetDisabledStatus, SetGracePeriod, SetValidPeriod, UnscheduleEnd];
const useCases = [...users, ...lifecycle, ...identities, ...authenticators, ...credentials];

/** What a project's administrators do with users. */
@Module({
  imports: [AccountsModule, UserSearchModule],
  providers: [...ONE_TIME_CODE_PROVIDERS, ...SOCIAL_LOGIN_PROVIDERS, ChosenPasswords, MailPassword, RecoveryOfLoginId, TargetUser, UserCounts, UserListRead, ...useCases],
  exports: useCases,
})
export class UsersModule {}
