/** English texts of the settings page "my devices". */
export const sessionTexts = {
  "v2.page.settings-sessions.default.title": "Where you are signed in",
  "v2.page.settings-sessions.default.current": "this session",
  "v2.page.settings-sessions.default.device": "device",
  "v2.page.settings-sessions.default.unknown": "Unknown browser",
  "v2.page.settings-sessions.default.last-access": "Last used {time} UTC from {ip}",
  "v2.page.settings-sessions.default.activity": "Recent activity",
  "v2.page.settings-sessions.default.access": "{time} UTC, {ip}, {browser}",
  "v2.page.settings-sessions.default.revoke": "Sign out this device",
  "v2.page.settings-sessions.default.revoke-all": "Sign out everywhere else",
  "v2.page.settings-sessions.default.apps": "Authorized apps",
  "v2.page.settings-sessions.default.remove": "Remove access",
  "v2.page.settings-sessions.default.back": "Back to your account",
  "v2.error.current-session": "You cannot end the session you are using here. Use “Sign out” instead.",
  "v2.error.unknown-session": "This session is over already.",
  "v2.error.unknown-authorization": "This app has no access to your account.",
} as const;
