import type { Type } from "@nestjs/common";
import { CodeStore } from "./code.store.js";
import { FlowChannel } from "./flow-channel.js";
import { OneTimePasswords } from "./one-time-passwords.js";

/** What a module lists to have one-time passwords. */
export const ONE_TIME_CODE_PROVIDERS: readonly Type[] = [CodeStore, FlowChannel, OneTimePasswords];
