/** Challenges that people solve and machines do not. */
export { BotProtection, type BotProtectionOutcome } from "./bot-protection.js";
