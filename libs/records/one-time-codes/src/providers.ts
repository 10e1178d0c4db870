import type { Type } from "@nestjs/common";
import { CodeStore } from "./code.store.js";
import { FlowChannel } from "./flow-channel.js";
import { OneTimePasswords } from "./one-time-passwords.js";
import { SendMessage } from "./send-message.js";
import { WhatsappMessageStore } from "./whatsapp-message.store.js";

/** What a module lists to have one-time passwords. */
export const ONE_TIME_CODE_PROVIDERS: readonly Type[] = [CodeStore, FlowChannel, SendMessage, OneTimePasswords];

/** What a module lists to tell codes how their messages fare. */
export const ONE_TIME_CODE_REPORTS: readonly Type[] = [CodeStore, WhatsappMessageStore];
