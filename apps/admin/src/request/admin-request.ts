import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import type { Loaders } from "./admin-loaders.js";
import type { ExecutedMutations } from "./executed-mutations.js";
import type { Read } from "./read.js";

/** Largest page of a list that the database cuts. */
export const LARGEST_PAGE = 100;

/** What resolvers of one request share: the GraphQL context value. */
export interface AdminRequest {
  ctx: ProjectContext;
  read: Read;
  /** The transaction of a mutation. */
  tx?: Tx;
  /** What was done before the transaction, by the key of the mutation field. */
  prepared: ReadonlyMap<string, PromiseSettledResult<unknown>>;
  /** The audit events of the mutations so far. */
  executed: ExecutedMutations;
  loaders: Loaders;
}

/** The transaction of the mutation at work. */
export function transactionOf({ tx }: AdminRequest): Tx {
  if (!tx) throw new Error("a mutation runs without its transaction");
  return tx;
}

/** What was prepared for a mutation field; throws what its preparation threw. */
export function preparedFor<T>(request: AdminRequest, key: string | number): T {
  const result = request.prepared.get(String(key));
  if (!result) throw new Error("a mutation was not prepared");
  if (result.status === "rejected") throw result.reason;
  return result.value as T;
}

/** Logs an error that the client sees masked. */
export function logUnexpected(error: unknown, { ctx }: AdminRequest): void {
  ctx.log.error({ err: error, tracking_id: ctx.request.id }, "A GraphQL field failed.");
}
