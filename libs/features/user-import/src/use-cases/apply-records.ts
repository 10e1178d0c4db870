import { Injectable } from "@nestjs/common";
import { invalidInput } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError } from "@gatehouse/platform-errors-core";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { countIndependent, type Found } from "../rules/independent-records.js";
import { type InsertPlan, planInsert } from "../rules/plan-insert.js";
import { planUpsert, type UpsertPlan } from "../rules/plan-upsert.js";
import type { PreparedRecord } from "../rules/prepare-record.js";
import { detailOf, failureOf, type PlacedRecord, type RecordDetail } from "../rules/record-detail.js";
import type { Surroundings } from "../rules/surroundings.js";
import { ImportLookups } from "../store/import-lookups.read.js";
import { WriteImported } from "./write-imported.js";

/** A record that is ready, or what is wrong with its form. */
export type ReadRecord = { prepared: PreparedRecord } | { placed: PlacedRecord; error: unknown };

/** What is to be done with one record. */
type Plan = { detail: RecordDetail } | { prepared: PreparedRecord; insert: InsertPlan } | { prepared: PreparedRecord; upsert: UpsertPlan };

/** Nobody's name changes so often. */
const MOST_TRIES = 5;

const preparedOf = (read: ReadRecord): PreparedRecord | undefined => ("prepared" in read ? read.prepared : undefined);

/** Applies records in a transaction, many at once: a fixed number of statements for any number of new users. */
@Injectable()
export class ApplyRecords {
  constructor(
    private readonly accounts: Accounts,
    private readonly lookups: ImportLookups,
    private readonly identities: IdentityStore,
    private readonly writing: WriteImported,
  ) {}

  /** What became of the first records, as many as do not depend on each other; at least one. Throws when writing failed: then none of them was applied. */
  async run(ctx: ProjectContext, tx: Tx, { records, upsert }: { records: readonly ReadRecord[]; upsert: boolean }): Promise<RecordDetail[]> {
    const found = await this.find(ctx, tx, { records, upsert });
    const taken = records.slice(0, countIndependent(records.map(preparedOf), found));
    const around = await this.look(ctx, tx, taken);
    const plans = taken.map((read) => this.plan(ctx, read, { found, around, upsert }));
    const inserts = plans.flatMap((plan) => ("insert" in plan ? [this.account(ctx, plan)] : []));
    const upserts = plans.flatMap((plan) => ("upsert" in plan ? [plan.upsert] : []));
    await this.writing.insert(ctx, tx, inserts);
    for (const one of upserts) await this.writing.update(ctx, tx, one);
    await this.writing.updateUsers(ctx, tx, upserts);
    const made = new Map(inserts.map(({ index, account }) => [index, account.user.id]));
    return plans.map((plan) => {
      if ("detail" in plan) return plan.detail;
      if ("insert" in plan) return detailOf(plan.prepared, { outcome: "inserted", userId: made.get(plan.prepared.index) as string, warnings: plan.insert.warnings });
      return detailOf(plan.prepared, { outcome: "updated", userId: plan.upsert.states[0]?.user.id as string, warnings: plan.upsert.warnings });
    });
  }

  /** Users that the records name; those that will change are held. Whoever was deleted, or got another name, until he was held is looked for anew. */
  private async find(ctx: ProjectContext, tx: Tx, { records, upsert }: { records: readonly ReadRecord[]; upsert: boolean }): Promise<Found> {
    const prepared = records.flatMap((read) => preparedOf(read) ?? []);
    const [first] = prepared;
    if (!first) return { owners: new Map(), facts: new Map() };
    for (let tries = 1; ; tries += 1) {
      const owners = await this.lookups.owners(ctx, tx, { claim: first.identifier, values: prepared.map(({ value }) => value) });
      const single = upsert ? [...owners].flatMap(([value, ids]) => (ids.length === 1 ? [{ value, id: ids[0] as string }] : [])) : [];
      const ids = [...new Set(single.map(({ id }) => id))];
      await this.lookups.lock(ctx, tx, ids);
      const facts = new Map((await this.accounts.facts(ctx, tx, ids)).map((one) => [one.user.id as string, one]));
      const isStill = ({ value, id }: { value: string; id: string }) => facts.get(id)?.identities.some(({ claims }) => String(claims[first.identifier]) === value);
      if (single.every(isStill) || tries === MOST_TRIES) return { owners, facts };
    }
  }

  /** What stands against the records; their addresses and user names are held, so that nobody else takes one before they are written. */
  private async look(ctx: ProjectContext, tx: Tx, records: readonly ReadRecord[]): Promise<Surroundings> {
    const prepared = records.flatMap((read) => preparedOf(read) ?? []);
    const loginIds = prepared.flatMap((one) => Object.values(one.loginIds).flatMap((loginId) => (isApiError(loginId) ? [] : [loginId])));
    await this.identities.reserve(
      ctx,
      tx,
      loginIds.map(({ value }) => value),
    );
    return {
      similar: await this.lookups.similar(ctx, tx, loginIds),
      roles: await this.lookups.keys(ctx, tx, { table: "auth_role", keys: prepared.flatMap(({ record }) => record.roles ?? []) }),
      groups: await this.lookups.keys(ctx, tx, { table: "auth_group", keys: prepared.flatMap(({ record }) => record.groups ?? []) }),
    };
  }

  private plan(ctx: ProjectContext, read: ReadRecord, { found, around, upsert }: { found: Found; around: Surroundings; upsert: boolean }): Plan {
    if ("error" in read) return { detail: failureOf(read.placed, read.error) };
    const { prepared } = read;
    const owners = found.owners.get(prepared.value) ?? [];
    try {
      if (owners.length > 1) throw invalidInput(`more than one user has this ${prepared.identifier}`);
      const [userId] = owners;
      if (userId === undefined) return { prepared, insert: planInsert(ctx, prepared, around) };
      if (!upsert) return { detail: detailOf(prepared, { outcome: "skipped", userId, warnings: ["skipping because upsert = false and user exists"] }) };
      const facts = found.facts.get(userId);
      if (!facts) throw new Error("the user was deleted meanwhile");
      return { prepared, upsert: planUpsert(ctx, prepared, { facts, around }) };
    } catch (error) {
      if (!isApiError(error)) ctx.log.error({ err: error, index: prepared.index }, "A record of an import failed.");
      return { detail: failureOf(prepared, error) };
    }
  }

  /** The records of a new user. An import makes no authenticator the default one (spec: user model §5). */
  private account(ctx: ProjectContext, { prepared, insert }: { prepared: PreparedRecord; insert: InsertPlan }) {
    const made = this.accounts.prepare(ctx, insert.account);
    const account = { ...made, user: { ...made.user, status: insert.status }, authenticators: made.authenticators.map((one) => ({ ...one, isDefault: false })) };
    return { index: prepared.index, account, memberships: insert.memberships };
  }
}
