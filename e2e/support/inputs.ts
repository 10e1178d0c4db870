import { PASSWORD } from "./project.js";

/** Inputs of the flow API by what they say. */
export const byEmail = (login_id: string) => ({ identification: "email", login_id });
export const byPhone = (login_id: string) => ({ identification: "phone", login_id });
export const byUsername = (login_id: string) => ({ identification: "username", login_id });
export const newPassword = (new_password = PASSWORD) => ({ authentication: "primary_password", new_password });
export const password = (password = PASSWORD) => ({ authentication: "primary_password", password });
export const seenRecoveryCodes = { confirm_recovery_code: true };
