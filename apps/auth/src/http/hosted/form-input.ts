import { asking, readEntryForm } from "./entry-form.js";
import { dataType, guessIdentification, type Option, optionsOf, type ShownState } from "./flow-paths.js";
import { botAnswer, type Form, type FormMeaning, jsonOf, malformed, missing } from "./form-meaning.js";
import type { PageScreen } from "./page-screen.js";
import { type ProfileField, readProfile } from "./profile-fields.js";

/** A submitted form and the page it is of. */
export interface Submitted {
  /** Path of the page. */
  path: string;
  state: ShownState;
  screen: PageScreen;
  form: Form;
  /** Whether this device may be remembered. */
  remembers: boolean;
  /** Where social providers send people back to, by alias. */
  callback: (alias: string) => string;
  profile: readonly ProfileField[];
}

type Reader = (submitted: Submitted) => FormMeaning;

const ENTRY_PAGES: readonly string[] = ["/login", "/signup", "/flows/promote_user"];

/** Reads the form of a page (field names: spec, auth UI §6). */
export function readForm(submitted: Submitted): FormMeaning {
  const { path, form, state } = submitted;
  const action = form.x_action ?? "";
  if (action === "take_branch" || action === "select_channel") return { take: { index: Number(form.x_index ?? 0), ...(form.x_channel ? { channel: form.x_channel } : {}) } };
  if (ENTRY_PAGES.includes(path)) return readEntryForm(state, form);
  const page = path.replace("/authflow/v2/", "");
  const readers = Object.hasOwn(READERS, page) ? READERS[page] : undefined;
  return readers && Object.hasOwn(readers, action) ? (readers[action] as Reader)(submitted) : { unknown: true };
}

const chosen = ({ state, screen }: Submitted): Option | undefined => optionsOf(state)[screen.branch?.index ?? 0];

/** What proves a branch: its secret, whether this device is remembered, the answer to its challenge. */
function proof(submitted: Submitted, secret: Record<string, unknown>): FormMeaning {
  const { form, screen, remembers } = submitted;
  const option = chosen(submitted);
  const device = remembers && form.x_device_token === "true" ? { request_device_token: true } : {};
  const bot = option?.bot_protection && (botAnswer(form) ?? screen.bot);
  return { input: { authentication: option?.authentication, ...secret, ...device, ...(bot ? { bot_protection: bot } : {}) } };
}

const proofOf =
  (field: string, key: string): Reader =>
  (submitted) =>
    submitted.form[field] ? proof(submitted, { [key]: submitted.form[field] }) : missing(field);

const newPassword =
  (field: string, input: (submitted: Submitted, password: string) => FormMeaning): Reader =>
  (submitted) => {
    const password = submitted.form[field];
    if (!password) return missing(field);
    return password === submitted.form.x_confirm_password ? input(submitted, password) : { refused: { reason: "NewPasswordTypo" } };
  };

const codeOf =
  (key: string): Reader =>
  ({ form, remembers, state }) => {
    if (dataType(state) === "authentication_data") return { unknown: true };
    const device = remembers && form.x_device_token === "true" ? { request_device_token: true } : {};
    return form.x_code ? { input: { [key]: form.x_code, ...device } } : missing("x_code");
  };

const resend: Reader = () => ({ input: { resend: true } });

const check: Reader = ({ form, remembers }) => ({ input: { check: true, ...(remembers && form.x_device_token === "true" ? { request_device_token: true } : {}) } });

const target: Reader = (submitted) => {
  const option = chosen(submitted);
  const channel = submitted.screen.branch?.channel ?? option?.channels?.[0];
  return submitted.form.x_target ? proof(submitted, { target: submitted.form.x_target, ...(channel ? { channel } : {}) }) : missing("x_target");
};

const directory: Reader = ({ form, screen }) => {
  if (!form.x_username) return missing("x_username");
  if (!form.x_password) return missing("x_password");
  return { input: { identification: "ldap", server_name: screen.ldapServer, username: form.x_username, password: form.x_password } };
};

const link: Reader = ({ form, state, callback }) => {
  const index = Number(form.x_index);
  const option = optionsOf(state)[index];
  if (!option) return missing("x_index");
  const social = option.alias ? { redirect_uri: callback(option.alias), response_mode: "form_post" } : {};
  return asking(option, { index, ...social }, botAnswer(form));
};

const assertion: Reader = (submitted) => {
  const assertion_response = jsonOf(submitted.form.x_assertion_response);
  return assertion_response ? proof(submitted, { assertion_response }) : malformed("x_assertion_response");
};

const attestation: Reader = ({ form }) => {
  const creation_response = jsonOf(form.x_attestation_response);
  return creation_response ? { input: { creation_response } } : malformed("x_attestation_response");
};

const forgotten: Reader = ({ form, state }) => {
  if (dataType(state) !== "account_recovery_identification_data") return { unknown: true };
  const typed = form.x_login_id ?? "";
  if (typed.trim() === "") return missing("login_id");
  const options = optionsOf(state);
  const allowed = options.map(({ identification }) => identification ?? "");
  const asked = form.x_login_id_type ?? "";
  const identification = allowed.includes(asked) ? asked : guessIdentification(typed, allowed);
  return asking(
    options.find((option) => option.identification === identification),
    { identification, login_id: typed },
    botAnswer(form),
  );
};

const challenge: Reader = ({ form }) => {
  const answer = botAnswer(form);
  return answer ? { challenge: answer } : { refused: { reason: "ValidationFailed", info: { causes: [{ kind: "required", location: "/bot_protection" }] } } };
};

const profile: Reader = ({ form, profile: fields }) => readProfile(fields, form);

const recoveryCode = codeOf("account_recovery_code");
const code = codeOf("code");

/** By page and `x_action`. */
const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  ldap_login: { "": directory },
  account_linking: { "": link },
  enter_password: { "": proofOf("x_password", "password") },
  enter_totp: { "": proofOf("x_code", "code"), submit: proofOf("x_code", "code") },
  enter_recovery_code: { "": proofOf("x_recovery_code", "recovery_code") },
  use_passkey: { "": assertion },
  enter_oob_otp: { "": code, submit: code, resend },
  oob_otp_link: { resend, check },
  create_password: { "": newPassword("x_password", (submitted, new_password) => proof(submitted, { new_password })) },
  change_password: { "": newPassword("x_new_password", (_submitted, new_password) => ({ input: { new_password } })) },
  reset_password: { "": newPassword("x_password", (_submitted, new_password) => ({ input: { new_password } })) },
  setup_oob_otp: { "": target },
  setup_totp: { "": code, submit: code },
  view_recovery_code: { download: () => ({ does: "download" }), proceed: () => ({ input: { confirm_recovery_code: true } }) },
  prompt_create_passkey: {
    "": attestation,
    skip: () => ({ input: { skip: true } }),
    skip_and_do_not_ask_again: () => ({ input: { skip: true, do_not_ask_again: true } }),
  },
  terminate_other_sessions: { confirm: () => ({ input: { confirm_terminate_other_sessions: true } }), cancel: () => ({ does: "cancel" }) },
  fill_in_user_profile: { "": profile, submit: profile },
  verify_bot_protection: { "": challenge },
  oauth_provider_demo_credential: { "": () => ({ does: "visit-provider" }) },
  wechat: { "": () => ({ does: "again" }) },
  forgot_password: { "": forgotten },
  "forgot_password/otp": { "": recoveryCode, submit: recoveryCode, resend },
  "forgot_password/link/sent": { resend },
};
