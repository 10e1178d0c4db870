import { pageText, renderPage } from "../pages/index.js";
import type { FlowPage, PageContent } from "./flow-page.js";
import { renderCreatePassword, renderNewPassword, renderPasskeyPrompt, renderProfile, renderRecoveryCodes, renderSetupOtp, renderSetupTotp } from "./render-enrolments.js";
import { renderDirectory, renderEntry } from "./render-entry.js";
import { renderAccountLinking, renderChallenge, renderDemoCredential, renderTerminateSessions, renderWechat } from "./render-interludes.js";
import { renderChoice, renderEnterCode, renderEnterPassword, renderEnterRecoveryCode, renderEnterTotp, renderOtpLink, renderUsePasskey } from "./render-proofs.js";
import { renderForgotPassword, renderRecoveryLinkSent, renderRecoveryOtp } from "./render-recovery.js";
import { dataType } from "./flow-paths.js";

const PAGES: Readonly<Record<string, (page: FlowPage) => PageContent>> = {
  "/login": renderEntry,
  "/signup": renderEntry,
  "/flows/promote_user": renderEntry,
  "/authflow/v2/ldap_login": renderDirectory,
  "/authflow/v2/account_linking": renderAccountLinking,
  "/authflow/v2/verify_bot_protection": renderChallenge,
  "/authflow/v2/wechat": renderWechat,
  "/authflow/v2/oauth_provider_demo_credential": renderDemoCredential,
  "/authflow/v2/enter_password": renderEnterPassword,
  "/authflow/v2/enter_totp": renderEnterTotp,
  "/authflow/v2/enter_recovery_code": renderEnterRecoveryCode,
  "/authflow/v2/use_passkey": renderUsePasskey,
  "/authflow/v2/enter_oob_otp": (page) => (dataType(page.state) === "verify_oob_otp_data" ? renderEnterCode(page) : renderChoice(page)),
  "/authflow/v2/oob_otp_link": renderOtpLink,
  "/authflow/v2/create_password": renderCreatePassword,
  "/authflow/v2/change_password": renderNewPassword,
  "/authflow/v2/reset_password": renderNewPassword,
  "/authflow/v2/setup_oob_otp": renderSetupOtp,
  "/authflow/v2/setup_totp": renderSetupTotp,
  "/authflow/v2/view_recovery_code": renderRecoveryCodes,
  "/authflow/v2/prompt_create_passkey": renderPasskeyPrompt,
  "/authflow/v2/fill_in_user_profile": renderProfile,
  "/authflow/v2/terminate_other_sessions": renderTerminateSessions,
  "/authflow/v2/forgot_password": renderForgotPassword,
  "/authflow/v2/forgot_password/otp": renderRecoveryOtp,
  "/authflow/v2/forgot_password/link/sent": renderRecoveryLinkSent,
};

/** Paths of the pages of steps. */
export const STEP_PATHS: readonly string[] = Object.keys(PAGES).filter((path) => path.startsWith("/authflow/v2/"));

/** The page of a state; forms post to their own URL and need no script, but for passkeys and challenges. */
export function renderFlowPage(page: FlowPage): string {
  const { usesPhone, ...content }: Partial<PageContent> & { title: string } = PAGES[page.path]?.(page) ?? { title: pageText("v2.page.error.default.title") };
  return renderPage({ ...content, appName: page.appName, nonce: page.nonce, ...(usesPhone ? { phone: page.phone() } : {}) });
}
