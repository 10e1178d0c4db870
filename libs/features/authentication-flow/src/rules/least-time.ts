import { setTimeout as wait } from "node:timers/promises";

const MILLISECONDS = 60;

/** Resolves after the time that a step of a recovery takes at least: what an account costs beyond none, or none beyond an account, must not show. Await it last. */
export const leastTime = (): Promise<void> => wait(MILLISECONDS);
