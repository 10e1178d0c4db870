import { Injectable } from "@nestjs/common";
import { type DocumentNode, GraphQLError, parse } from "graphql";
import { badRequest } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import {
  type GraphqlRequest,
  GraphqlExecutor,
  type GraphqlResponse,
  limitViolation,
  measureOperation,
  type OperationSize,
  type QueryLimits,
  type QuerySizing,
  rootFields,
} from "@gatehouse/platform-graphql";
import { unexpectedError } from "@gatehouse/platform-errors-core";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { AdminLoaders } from "../../request/admin-loaders.js";
import { type AdminRequest, LARGEST_PAGE, type Question } from "../../request/admin-request.js";
import { ExecutedMutations } from "../../request/executed-mutations.js";
import { LARGEST_PAGE_OF_SCOPES } from "../../request/page.js";
import { Preparations } from "../../request/preparations.js";

const LIMITS: QueryLimits = { tokens: 5_000, mutations: 5, depth: 20, aliases: 300, cost: 50_000 };
/** Up to here a document is read, so that what is wrong with it can be told. */
const MOST_TOKENS = 100_000;
/** Users rarely have more of them; the project's own lists of roles and groups are as long as a page. */
const FEW = { identities: 3, authenticators: 3, sessions: 3, authorizations: 3, scopes: 20, roles: 10, groups: 10, effectiveRoles: 10 };
const SIZING: QuerySizing = {
  lists: { users: LARGEST_PAGE, auditLogs: LARGEST_PAGE, resources: LARGEST_PAGE, fraudProtectionLogs: LARGEST_PAGE, ...FEW },
  topLists: { roles: LARGEST_PAGE, groups: LARGEST_PAGE },
  largestPage: LARGEST_PAGE,
  largestPages: { scopes: LARGEST_PAGE_OF_SCOPES },
};

/** Requests that change the same users in different orders may end each other; done again they come one after the other. */
const MOST_DEADLOCKS = 3;

/** Carries the answer of a failed mutation out of its transaction. */
class RolledBack extends Error {
  constructor(
    readonly response: GraphqlResponse,
    readonly question: Question | undefined,
    readonly deadlock: unknown,
  ) {
    super("the mutation failed");
  }
}

/** Runs one operation (spec: admin API §3): limits first; mutations all in one transaction, which an error anywhere undoes. */
@Injectable()
export class RunOperation {
  constructor(
    private readonly executor: GraphqlExecutor,
    private readonly db: Database,
    private readonly loaders: AdminLoaders,
    private readonly preparations: Preparations,
    private readonly accounts: Accounts,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws BadRequest above a limit and for a subscription, UnexpectedError for a syntax error; everything later is in the response. */
  async run(ctx: ProjectContext, request: GraphqlRequest): Promise<GraphqlResponse> {
    const document = parseDocument(request.query);
    const size = measured(request, document);
    if (size?.kind !== "mutation") return this.executor.run(request, this.adminRequest(ctx));
    const prepared = await this.prepare(ctx, request, document);
    const admitted = new Set<string>();
    for (let deadlocks = 0; ; ) {
      const { response, question, deadlock } = await this.attempt(ctx, request, { prepared, admitted });
      if (question) prepared.set(question.key, await settled(() => question.ask()));
      else if (!deadlock) return response;
      else if (deadlocks < MOST_DEADLOCKS) deadlocks += 1;
      else {
        ctx.log.error({ err: deadlock, tracking_id: ctx.request.id }, "A GraphQL field failed.");
        return response;
      }
    }
  }

  /** Runs the mutations in a transaction. It is rolled back when one of them fails, when one has a question that is to be asked outside, and by a deadlock. */
  private async attempt(
    ctx: ProjectContext,
    request: GraphqlRequest,
    kept: Pick<AdminRequest, "prepared" | "admitted">,
  ): Promise<{ response: GraphqlResponse; question?: Question; deadlock?: unknown }> {
    try {
      return await this.db.transaction(async (tx) => {
        const admin = this.adminRequest(ctx, { tx, ...kept });
        const response = await this.executor.run(request, admin);
        if (response.errors) throw new RolledBack(response, admin.questions[0], admin.deadlocks[0]);
        await admin.executed.append(ctx, tx, { accounts: this.accounts, outbox: this.outbox });
        return { response };
      });
    } catch (error) {
      if (error instanceof RolledBack) return error;
      throw error;
    }
  }

  private adminRequest(ctx: ProjectContext, { tx, prepared = new Map(), admitted = new Set() }: Partial<Pick<AdminRequest, "tx" | "prepared" | "admitted">> = {}): AdminRequest {
    const read: AdminRequest["read"] = tx ? inTurn(tx) : (work) => this.db.read(work);
    return { ctx, read, tx, prepared, admitted, questions: [], deadlocks: [], executed: new ExecutedMutations(), loaders: this.loaders.create(ctx, read) };
  }

  /** Work that must not hold a transaction open (hashing, blocking hooks), by the key of its field. A failure is thrown by that field, and is the last when it ends the request. */
  private async prepare(ctx: ProjectContext, request: GraphqlRequest, document: DocumentNode): Promise<Map<string, PromiseSettledResult<unknown>>> {
    const prepared = new Map<string, PromiseSettledResult<unknown>>();
    for (const [position, field] of (rootFields(this.executor.schema, { ...request, document }) ?? []).entries()) {
      const preparation = this.preparations.of(field.name);
      if (!preparation) continue;
      const result = await settled(() => preparation(ctx, field.arguments as never, { afterOthers: position > 0 }));
      prepared.set(field.key, result);
      if (result.status === "rejected" && !field.nullable) break;
    }
    return prepared;
  }
}

async function settled(work: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>> {
  const [result] = await Promise.allSettled([(async () => work())()]);
  return result;
}

/** Reads through a transaction, one after the other: fields are resolved side by side, but a transaction has one connection. */
function inTurn(tx: Tx): AdminRequest["read"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(() => work(tx));
    last = next.catch(() => undefined);
    return next;
  };
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: MOST_TOKENS, noLocation: true });
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    if (error instanceof GraphQLError && /Document contains more tha[nt] /.test(error.message))
      throw badRequest(`query is too large: got more than ${MOST_TOKENS} tokens, limit is ${LIMITS.tokens}`);
    throw unexpectedError(error);
  }
}

function measured(request: GraphqlRequest, document: DocumentNode): OperationSize | undefined {
  const size = sizeOf(request, document);
  if (size === "fragment_cycle") throw badRequest("a fragment contains itself");
  const violation = size && limitViolation(size, LIMITS);
  if (violation) throw badRequest(violation);
  if (size?.kind === "subscription") throw badRequest("subscriptions are not supported");
  return size;
}

function sizeOf(request: GraphqlRequest, document: DocumentNode): ReturnType<typeof measureOperation> {
  try {
    return measureOperation({ ...request, document }, SIZING);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

/** Nested so deeply that the stack ends. */
const tooDeep = () => badRequest(`query is too deep: limit is ${LIMITS.depth} levels`);
