import type { Type } from "@nestjs/common";
import { AccountPagesController } from "./account-pages.controller.js";
import { DevicePageController } from "./device-page.controller.js";
import { EntryPagesController } from "./entry-pages.controller.js";
import { ErrorPagesController } from "./error-pages.controller.js";
import { FaviconController } from "./favicon.controller.js";
import { FlowPages } from "./flow-pages.js";
import { FlowPagesController } from "./flow-pages.controller.js";
import { FlowVisits } from "./flow-visits.js";
import { LoginLinkController } from "./login-link.controller.js";
import { CallbackUrls } from "./callback-urls.js";
import { OAuthStates } from "./oauth-states.js";
import { WechatCallbackController } from "./wechat-callback.controller.js";
import { ScriptLibrariesController } from "./script-libraries.controller.js";
import { SharedCallbackController } from "./shared-callback.controller.js";
import { PageErrors } from "./page-errors.js";
import { PageGuard } from "./page-guard.js";
import { RecoveryPagesController } from "./recovery-pages.controller.js";
import { SessionsPagesController } from "./sessions-pages.controller.js";
import { SettingsAccountController } from "./settings-account.controller.js";
import { SettingsActions } from "./settings-actions.js";
import { SettingsForms } from "./settings-forms.js";
import { SettingsGuard } from "./settings-guard.js";
import { SettingsHomeController } from "./settings-home.controller.js";
import { FactorPages } from "./settings-factor-pages.js";
import { SettingsLoginIdListsController } from "./settings-login-id-lists.controller.js";
import { SettingsLoginIdsController } from "./settings-login-ids.controller.js";
import { SettingsMfaController } from "./settings-mfa.controller.js";
import { SettingsMfaOtpController } from "./settings-mfa-otp.controller.js";
import { SettingsMfaPasswordController } from "./settings-mfa-password.controller.js";
import { SettingsPasskeysController } from "./settings-passkeys.controller.js";
import { SettingsProfileController } from "./settings-profile.controller.js";
import { SettingsRecoveryCodesController } from "./settings-recovery-codes.controller.js";
import { SettingsSocialController } from "./settings-social.controller.js";
import { ShowFlowPage } from "./show-flow-page.js";
import { SocialCallbackController } from "./social-callback.controller.js";
import { SocialLinking } from "./social-linking.js";

/** The hosted pages. The fixed paths under /authflow/v2 come first: the pattern of the flow pages takes what is left. */
export const HOSTED_PAGE_CONTROLLERS: readonly Type[] = [
  AccountPagesController,
  DevicePageController,
  SessionsPagesController,
  SettingsHomeController,
  SettingsAccountController,
  SettingsSocialController,
  SettingsProfileController,
  SettingsPasskeysController,
  SettingsMfaController,
  SettingsMfaOtpController,
  SettingsMfaPasswordController,
  SettingsRecoveryCodesController,
  SettingsLoginIdListsController,
  SettingsLoginIdsController,
  ErrorPagesController,
  EntryPagesController,
  RecoveryPagesController,
  LoginLinkController,
  FaviconController,
  ScriptLibrariesController,
  SharedCallbackController,
  SocialCallbackController,
  WechatCallbackController,
  FlowPagesController,
];

/** What the hosted pages work with. */
export const HOSTED_PAGE_PROVIDERS: readonly Type[] = [
  FactorPages,
  FlowVisits,
  FlowPages,
  PageErrors,
  PageGuard,
  CallbackUrls,
  OAuthStates,
  SettingsActions,
  SettingsForms,
  SettingsGuard,
  SocialLinking,
  ShowFlowPage,
];
