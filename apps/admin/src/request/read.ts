import type { Tx } from "@gatehouse/platform-postgres";

/** Reads through the mutation's transaction when there is one, else on a connection of its own. */
export type Read = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
