/** Asks the project's blocking handlers before something happens. */
export { BlockingHooks } from "./blocking-hooks.js";
/** What the handlers asked for. */
export { type HookOutcome, sameJson } from "./apply-wishes.js";
/** Forms of a handler's answer. */
export type { HookResponse, HookWishes, UserMutations } from "./hook-response.js";
/** The signed call of a web hook. */
export { SIGNATURE_HEADER, webhookCall } from "./webhook-call.js";
