import { dataType, type Option, optionsOf, type ShownState } from "./flow-paths.js";
import type { BotAnswer } from "./page-screen.js";

/** A branch to take: an option of a state, and the channel where it has several. */
export interface Taking {
  index: number;
  channel?: string;
}

/** A way that may be taken instead of the one a page is about. */
export interface Alternative extends Taking {
  option: Option;
  /** The option makes a new factor. */
  creates: boolean;
}

const OPTION_STATES: readonly (string | undefined)[] = ["authentication_data", "create_authenticator_data"];

/** The branch that is taken without asking: the first, by its first channel (spec: auth UI §3, auto-branching). */
export function automaticBranch(state: ShownState): Taking | undefined {
  if (dataType(state) === "select_oob_otp_channels_data") return { index: 0, channel: channelsOf(state)[0] };
  if (dataType(state) === "account_recovery_select_destination_data") return optionsOf(state).length > 0 ? { index: 0 } : undefined;
  if (!OPTION_STATES.includes(dataType(state))) return undefined;
  const [first] = optionsOf(state);
  return first && { index: 0, ...(first.channels?.[0] ? { channel: first.channels[0] } : {}) };
}

/** Channels of a state that asks for one. */
export const channelsOf = (state: ShownState): string[] => (state.action.data?.channels ?? []) as string[];

/** Whether a state has a branch; what a form names may be anything. */
export function isOffered(state: ShownState, { index, channel }: Taking): boolean {
  if (dataType(state) === "select_oob_otp_channels_data") return channel !== undefined && channelsOf(state).includes(channel);
  const option = optionsOf(state)[index];
  return option !== undefined && (channel === undefined || option.channels === undefined || option.channels.includes(channel));
}

/**
 * The input that takes a branch; undefined when its page must ask for more first: a password, a code of an app, an address, a challenge.
 * Several steps take what is theirs of one input, so the channel goes along.
 */
export function branchInput(state: ShownState, { index, channel }: Taking, bot?: BotAnswer): Record<string, unknown> | undefined {
  if (dataType(state) === "select_oob_otp_channels_data") return { channel };
  if (dataType(state) === "account_recovery_select_destination_data") return { index };
  const option = optionsOf(state)[index];
  const { authentication = "" } = option ?? {};
  if (!option || (option.bot_protection && !bot)) return undefined;
  const more = { ...(option.bot_protection ? { bot_protection: bot } : {}), ...(channel ? { channel } : {}) };
  if (dataType(state) === "create_authenticator_data") {
    if (authentication === "secondary_totp") return { authentication, ...more };
    return authentication.includes("oob_otp") && option.target ? { authentication, ...more } : undefined;
  }
  return authentication.includes("oob_otp") ? { authentication, index, ...more } : undefined;
}

/** What may be taken instead of a branch. */
export function alternatives(state: ShownState, taken: Taking): Alternative[] {
  const creates = dataType(state) === "create_authenticator_data";
  if (dataType(state) === "select_oob_otp_channels_data") {
    const masked_display_name = state.action.data?.masked_claim_value as string;
    return channelsOf(state)
      .filter((channel) => channel !== taken.channel)
      .map((channel) => ({ index: 0, channel, creates: false, option: { authentication: "oob_otp", masked_display_name } }));
  }
  if (!OPTION_STATES.includes(dataType(state)) && dataType(state) !== "account_recovery_select_destination_data") return [];
  return optionsOf(state)
    .flatMap((option, index): Alternative[] => (option.channels ?? [undefined]).map((channel) => ({ index, option, creates, ...(channel ? { channel } : {}) })))
    .filter(({ index, channel }) => index !== taken.index || channel !== taken.channel);
}
