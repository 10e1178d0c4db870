/** What codes are bound to and how they travel. */
export type { CodePurpose, CodeTarget, OtpChannel, OtpForm, OtpRequest } from "./code-target.js";
/** Telling clients of flow runs to read again. */
export { FlowChannel } from "./flow-channel.js";
/** Sending and checking codes and links. */
export { OneTimePasswords, type OtpStatus } from "./one-time-passwords.js";
/** What a module lists to have one-time passwords. */
export { ONE_TIME_CODE_PROVIDERS } from "./providers.js";
/** Test mode of messages. */
export { isSuppressed, isSuppressedByProject } from "./test-mode.js";
