import type { ProjectContext } from "@gatehouse/domain-project";
import { MaskedError } from "@gatehouse/platform-graphql";
import { isDeadlock, type Tx } from "@gatehouse/platform-postgres";
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
  /** Mutation fields whose mails were let through, by this attempt or one before it: their rate limits are taken once, however often the request runs. */
  admitted: Set<string>;
  /** The audit events of the mutations so far. */
  executed: ExecutedMutations;
  loaders: Loaders;
  /** What a mutation wants to know before it goes on, and cannot ask while a transaction is open. A list, for resolvers get a copy of this object. */
  questions: Question[];
  /** Why the database has ended the transaction, when it waited for others who waited for it. A list like `questions`. */
  deadlocks: unknown[];
}

/** Asked when the transaction is rolled back; the request then runs anew with the answer for the mutation field of that key. */
export interface Question {
  key: string;
  ask(): Promise<unknown>;
}

/** A preparation that has to see what the mutations before it in the request have done: `look` runs in the transaction, and what it gives asks outside. */
export class Later<T> {
  constructor(readonly look: (tx: Tx) => Promise<() => Promise<T>>) {}
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

/** The same, for a preparation that may be `Later`: then the mutation ends here and the request runs again. */
export async function preparedInTurn<T>(request: AdminRequest, key: string | number): Promise<T> {
  const prepared = preparedFor<T | Later<T>>(request, key);
  if (!(prepared instanceof Later)) return prepared;
  request.questions.push({ key: String(key), ask: await prepared.look(transactionOf(request)) });
  throw new MaskedError("the request runs again when its question is answered");
}

/** Runs the work of a mutation that mails: it hears whether an attempt before has let the mail through, and those after hear that this one has. */
export async function admittedOnce<T>({ admitted }: AdminRequest, key: string | number, work: (admitted: boolean) => Promise<T>): Promise<T> {
  const result = await work(admitted.has(String(key)));
  admitted.add(String(key));
  return result;
}

/** Logs an error that the client sees masked; after a deadlock the request may run again, and he may see none. */
export function logUnexpected(error: unknown, { ctx, tx, deadlocks }: AdminRequest): void {
  if (tx && isDeadlock(error)) deadlocks.push(error);
  else ctx.log.error({ err: error, tracking_id: ctx.request.id }, "A GraphQL field failed.");
}
