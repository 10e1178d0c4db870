/** A flow's answer as the pages read it. */
export interface ShownState {
  type: string;
  action: { type?: string; data?: Record<string, unknown>; identification?: string; authentication?: string };
}

interface Option {
  identification?: string;
  authentication?: string;
  channels?: string[];
  target?: unknown;
  masked_display_name?: string;
}

/** The options a state offers. */
export const optionsOf = (state: ShownState): Option[] => (state.action.data?.options ?? []) as Option[];

const ENTRY: Readonly<Record<string, string>> = { login: "/login", signup: "/signup" };
const V2 = "/authflow/v2";

/** The page of a state (spec: auth UI §4). */
export function pathOf(state: ShownState): string {
  const { action } = state;
  if (action.type === "finished") return `${V2}/finish`;
  switch (action.data?.type) {
    case "identification_data":
      return ENTRY[state.type] ?? "/login";
    case "authentication_data":
      return `${V2}/enter_password`;
    case "create_authenticator_data":
      return `${V2}/create_password`;
    case "new_password_data":
      return `${V2}/change_password`;
    default:
      return `${V2}/enter_oob_otp`;
  }
}

/** The input the pages feed without asking: the first branch, where it needs nothing from the person (spec: auth UI §3, auto-branching). */
export function automaticInput(state: ShownState): Record<string, unknown> | undefined {
  const { data } = state.action;
  if (data?.type === "select_oob_otp_channels_data") return { channel: (data.channels as string[])[0] };
  if (data?.type !== "authentication_data" && data?.type !== "create_authenticator_data") return undefined;
  return branchInput(state, 0);
}

/** The input that takes a branch, when it can be taken without more from the person. */
export function branchInput(state: ShownState, index: number): Record<string, unknown> | undefined {
  const option = optionsOf(state)[index];
  if (!option?.authentication || option.authentication.endsWith("password")) return undefined;
  if (state.action.data?.type === "create_authenticator_data") return option.target ? { authentication: option.authentication } : undefined;
  return { authentication: option.authentication, index, channel: option.channels?.[0] };
}

/** What a typed login id most likely is (spec: auth UI §6). */
export function guessIdentification(typed: string, allowed: readonly string[]): string {
  const text = typed.trim();
  const guess = /^\+[0-9 -]*$/.test(text) ? "phone" : text.includes("@") ? "email" : "username";
  return allowed.includes(guess) ? guess : (allowed[0] ?? guess);
}
