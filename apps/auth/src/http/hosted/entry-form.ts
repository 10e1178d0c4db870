import { guessIdentification, type Option, optionsOf, type ShownState } from "./flow-paths.js";
import { botAnswer, type Form, type FormMeaning, jsonOf, malformed, missing } from "./form-meaning.js";
import type { BotAnswer } from "./page-screen.js";

/** Login ids, in a form of their own. */
export const LOGIN_IDS: readonly string[] = ["email", "phone", "username"];

/** Reads the forms of `/login`, `/signup` and `/flows/promote_user` (spec: auth UI §6). */
export function readEntryForm(state: ShownState, form: Form): FormMeaning {
  const options = optionsOf(state);
  switch (form.x_action ?? "") {
    case "login_id":
      return readLoginId(options, form);
    case "oauth":
      return options.some(({ identification, alias }) => identification === "oauth" && alias === form.x_provider_alias)
        ? { social: form.x_provider_alias ?? "" }
        : missing("x_provider_alias");
    case "ldap":
      return options.some(({ server_name }) => server_name !== undefined && server_name === form.x_server_name)
        ? { directory: form.x_server_name ?? "" }
        : missing("x_server_name");
    case "passkey": {
      const assertion_response = jsonOf(form.x_assertion_response);
      return assertion_response
        ? asking(
            options.find(({ identification }) => identification === "passkey"),
            { identification: "passkey", assertion_response },
            botAnswer(form),
          )
        : malformed("x_assertion_response");
    }
    default:
      return { unknown: true };
  }
}

function readLoginId(options: readonly Option[], form: Form): FormMeaning {
  const typed = form.x_login_id ?? form.q_login_id ?? "";
  if (typed.trim() === "") return missing("login_id");
  const allowed = options.map(({ identification }) => identification ?? "").filter((one) => LOGIN_IDS.includes(one));
  const asked = form.q_login_id_type ?? form.x_login_id_input_type ?? "";
  const identification = allowed.length > 0 && asked !== "text" && allowed.includes(asked) ? asked : guessIdentification(typed, allowed);
  return asking(
    options.find((option) => option.identification === identification),
    { identification, login_id: typed },
    botAnswer(form),
  );
}

/** An input of an option, with the answer to its challenge; it waits for one that is missing. */
export function asking(option: Option | undefined, input: Record<string, unknown>, bot: BotAnswer | undefined): FormMeaning {
  if (!option?.bot_protection) return { input };
  return bot ? { input: { ...input, bot_protection: bot } } : { waits: input };
}
