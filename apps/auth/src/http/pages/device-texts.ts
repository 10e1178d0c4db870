/** English texts of the page on which a person lets a device in. */
export const deviceTexts = {
  "v2.page.device.default.title": "Connect a device",
  "v2.page.device.default.lead": "Enter the code that your device shows.",
  "v2.page.device.default.label": "Code",
  "v2.page.device.default.submit": "Continue",
  "v2.page.device.default.unknown": "This code is wrong or has expired. Check your device and try again.",
  "v2.page.device.default.limited": "Too many attempts. Wait a minute and try again.",
  "v2.page.device-confirm.default.title": "Let {ClientName} in?",
  "v2.page.device-confirm.default.lead": "Go on only if your own device shows the code {UserCode}, and nobody sent it to you.",
  "v2.page.device-confirm.default.identity": "You are signed in as {Identity}.",
  "v2.page.device-done.default.title": "Your device is connected",
  "v2.page.device-done.default.lead": "You can close this page and go back to your device.",
  "v2.page.device-denied.default.title": "Your device was not let in",
  "v2.page.device-denied.default.lead": "You can close this page.",
} as const;
