import type { ProjectConfig } from "@gatehouse/domain-config";
import { html, type Markup, pageText } from "../pages/index.js";
import { hidden } from "./page-parts.js";

/** How codes may go to phones, as a form says it. */
const CHANNELS = ["sms", "whatsapp"] as const;
export type PhoneChannel = (typeof CHANNELS)[number];

/** Channels that the project sends codes to phones by. */
function phoneChannels({ authenticator }: ProjectConfig): readonly PhoneChannel[] {
  const { phone_otp_mode: mode } = authenticator.oob_otp.sms;
  return mode === "sms" || mode === "whatsapp" ? [mode] : CHANNELS;
}

/** The channel that a form asks for, when the project has it; else the first. */
export const askedChannel = (config: ProjectConfig, asked: string | undefined): PhoneChannel => {
  const [first = "sms", ...others] = phoneChannels(config);
  return others.find((one) => one === asked) ?? first;
};

/** The choice of a channel, where there is one. */
export function channelField(config: ProjectConfig): Markup {
  const channels = phoneChannels(config);
  if (channels.length === 1) return hidden("x_channel", channels[0] as string);
  const options = channels.map((channel) => html`<option value="${channel}">${pageText(`v2.label.channel-${channel}`)}</option>`);
  return html`<div class="field"><label for="x_channel">${pageText("v2.page.settings-login-ids.default.channel")}</label><select id="x_channel" name="x_channel">${options}</select></div>`;
}
