import { branchInput, guessIdentification, optionsOf, pathOf, type ShownState } from "./flow-paths.js";

/** What a submitted form means: an input for the flow, or a message for the person. */
export type FormMeaning = { input: Record<string, unknown> } | { problem: "password-typo" | "required" } | { unknown: true };

type Form = Readonly<Record<string, string>>;

/** Reads the form of a state's page (field names: spec, auth UI §6). */
export function readForm(state: ShownState, form: Form): FormMeaning {
  const action = form.x_action ?? "";
  if (action === "take_branch") {
    const input = branchInput(state, Number(form.x_index));
    return input ? { input } : { unknown: true };
  }
  const path = pathOf(state);
  if (path.endsWith("/enter_oob_otp")) return readCode(action, form);
  if (path.endsWith("/enter_password") && action === "")
    return form.x_password ? { input: { authentication: passwordOption(state), password: form.x_password } } : { problem: "required" };
  if (path.endsWith("/create_password") && action === "") return readNewPassword(form.x_password, form, { authentication: passwordOption(state) });
  if (path.endsWith("/change_password") && action === "") return readNewPassword(form.x_new_password, form, {});
  return action === "login_id" ? readLoginId(state, form) : { unknown: true };
}

function readLoginId(state: ShownState, form: Form): FormMeaning {
  const typed = form.x_login_id ?? form.q_login_id ?? "";
  if (typed.trim() === "") return { problem: "required" };
  const allowed = optionsOf(state).map(({ identification }) => identification ?? "");
  const asked = form.q_login_id_type ?? form.x_login_id_input_type ?? "";
  return { input: { identification: allowed.includes(asked) ? asked : guessIdentification(typed, allowed), login_id: typed } };
}

function readCode(action: string, form: Form): FormMeaning {
  if (action === "resend") return { input: { resend: true } };
  if (action !== "submit" && action !== "") return { unknown: true };
  return form.x_code ? { input: { code: form.x_code } } : { problem: "required" };
}

function readNewPassword(password: string | undefined, form: Form, more: Record<string, unknown>): FormMeaning {
  if (!password) return { problem: "required" };
  return password === form.x_confirm_password ? { input: { ...more, new_password: password } } : { problem: "password-typo" };
}

const passwordOption = (state: ShownState): string | undefined => optionsOf(state).find(({ authentication }) => authentication?.endsWith("password"))?.authentication;
