/** The built-in texts of one message. */
export interface BuiltInTemplate {
  /** Subject, for e-mail: an ICU message. */
  subject?: string;
  text: string;
  html?: string;
}

interface Mail {
  subject: string;
  /** What the reader did or should do. */
  lead: string;
  /** A template expression shown large. */
  code?: string;
  /** A link and the words on it. */
  link?: { href: string; label: string };
  tail: string;
}

const frame = (body: string): string =>
  `<!doctype html><html lang="en"><body style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#1c1f24"><div style="max-width:480px;margin:0 auto;padding:32px;background:#fff;border-radius:12px"><p style="margin:0 0 24px;font-size:16px;font-weight:600">{{ .AppName }}</p>${body}</div></body></html>`;
const paragraph = (text: string): string => `<p style="margin:0 0 20px;font-size:15px;line-height:1.5">${text}</p>`;

function mail({ subject, lead, code, link, tail }: Mail): BuiltInTemplate {
  const shownCode = code ? `<p style="margin:0 0 20px;font-size:30px;font-weight:700;letter-spacing:6px">${code}</p>` : "";
  const shownLink = link
    ? `<p style="margin:0 0 20px"><a href="${link.href}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5eff;color:#fff;text-decoration:none;font-size:15px;font-weight:600">${link.label}</a></p>${paragraph(`Or open this address: ${link.href}`)}`
    : "";
  const text = [lead, code, link && `${link.label}: ${link.href}`, tail].filter(Boolean).join("\n\n");
  return { subject, text: `${text}\n`, html: frame(paragraph(lead) + shownCode + shownLink + paragraph(tail)) };
}

const NOT_YOU = "If this was not you, ignore this message; nothing will change.";
const KEEP_SECRET = "Do not give this code to anyone.";
const codeMail = (subject: string, lead: string) => mail({ subject, lead, code: "{{ .Code }}", tail: `${KEEP_SECRET} ${NOT_YOU}` });
const linkMail = (subject: string, lead: string, label: string) => mail({ subject, lead, link: { href: "{{ .URL }}", label }, tail: NOT_YOU });
const sms = (text: string): BuiltInTemplate => ({ text });
const loginSms = sms("{{ .Code }} is your code to sign in to {{ .AppName }}. Do not share it.");
const setupSms = sms("{{ .Code }} is your {{ .AppName }} set-up code. Do not share it.");

/** The built-in English messages by template name. */
export const englishTemplates: Readonly<Record<string, BuiltInTemplate>> = Object.freeze({
  usage_alert_email: mail({
    subject: "{UsageAction, select, block {{UsageDisplayName} usage has been blocked ({AppID})} other {Your {UsageDisplayName} usage has reached {UsageCurrentValue} ({AppID})}}",
    lead: "The {{ .UsageDisplayName }} usage of the project {{ .AppID }} has reached {{ .UsageCurrentValue }} this {{ .UsagePeriod }}; the limit is {{ .UsageQuota }}.",
    tail: '{{ if eq .UsageAction "block" }}What goes beyond it is refused until the next {{ .UsagePeriod }} (UTC).{{ else }}Nothing is refused because of this limit.{{ end }}',
  }),
  verification_email: codeMail("{{ .Code }} is your {AppName} verification code", "Use this code to confirm {{ .Email }}."),
  verification_sms: sms("{{ .Code }} is your {{ .AppName }} verification code. Do not share it."),
  setup_primary_oob_email: codeMail("{{ .Code }} is your {AppName} code", "Use this code to finish setting up sign-in with {{ .Email }}."),
  setup_primary_oob_sms: setupSms,
  setup_secondary_oob_email: codeMail("{{ .Code }} is your {AppName} code", "Use this code to add {{ .Email }} as your second step when signing in."),
  setup_secondary_oob_sms: setupSms,
  authenticate_primary_oob_email: codeMail("{{ .Code }} is your {AppName} sign-in code", "Use this code to sign in."),
  authenticate_primary_oob_sms: loginSms,
  authenticate_secondary_oob_email: codeMail("{{ .Code }} is your {AppName} sign-in code", "Use this code as the second step of signing in."),
  authenticate_secondary_oob_sms: loginSms,
  setup_primary_login_link: linkMail("Finish setting up {AppName}", "Open the link to finish setting up sign-in with {{ .Email }}.", "Finish set-up"),
  setup_secondary_login_link: linkMail("Finish setting up {AppName}", "Open the link to add {{ .Email }} as your second step when signing in.", "Finish set-up"),
  authenticate_primary_login_link: linkMail("Sign in to {AppName}", "Open the link to sign in.", "Sign in"),
  authenticate_secondary_login_link: linkMail("Sign in to {AppName}", "Open the link as the second step of signing in.", "Sign in"),
  forgot_password_email: mail({
    subject: "Reset your {AppName} password",
    lead: "Open the link to choose a new password.",
    link: { href: "{{ .Link }}", label: "Reset password" },
    tail: NOT_YOU,
  }),
  forgot_password_sms: sms("Reset your {{ .AppName }} password: {{ .Link }}"),
  forgot_password_oob_email: codeMail("{{ .Code }} is your {AppName} password reset code", "Use this code to choose a new password."),
  forgot_password_oob_sms: sms("{{ .Code }} is your {{ .AppName }} password reset code. Do not share it."),
  send_password_to_existing_user_email: mail({
    subject: "Your new {AppName} password",
    lead: "Your password was changed. Sign in with:",
    code: "{{ .Password }}",
    tail: "Choose your own password after signing in.",
  }),
  send_password_to_new_user_email: mail({
    subject: "Your {AppName} account",
    lead: "An account was made for {{ .Email }}. Sign in with this password:",
    code: "{{ .Password }}",
    tail: "Choose your own password after signing in.",
  }),
  whatsapp_otp_code: sms("{{ .Code }} is your {{ .AppName }} code. Do not share it."),
});
