import { Injectable } from "@nestjs/common";
import type { CheckedLoginId, Identity, LoginIdType } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import { toIdentity } from "@gatehouse/record-identities";
import type { Identifier } from "../rules/record-schema.js";

const USABLE_KEY = /^[a-zA-Z0-9_:]{1,100}$/;
const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Enough to tell what collides; a value that more identities carry is no better known by reading all of them. */
const MOST_OF_VALUE = 20;

/** Each value is looked up by itself, by an index: a list of a hundred values must not make the planner read a table of a million rows. */
const eachOf = (parameter: string, { columns, condition }: { columns: string; condition: string }): string =>
  `select f.* from unnest(${parameter}::text[]) v (value) cross join lateral
     (select ${columns} from identity i where i.project_id = $1 and ${condition} limit ${MOST_OF_VALUE}) f`;
const carries = (claim: string): string => `i.claims ->> '${claim}' is not null and i.claims ->> '${claim}' = v.value`;

const OWNED = { columns: "v.value, i.user_id", types: "i.type in ('login_id', 'oauth', 'ldap')" };
const WHOLE = "to_jsonb(i) as row";
const SIMILAR = [
  eachOf("$2", { columns: WHOLE, condition: "i.type = 'login_id' and i.unique_key = v.value" }),
  eachOf("$3", { columns: WHOLE, condition: carries("email") }),
  eachOf("$4", { columns: WHOLE, condition: carries("phone_number") }),
  eachOf("$5", { columns: WHOLE, condition: carries("preferred_username") }),
].join(" union ");

/** What many records ask of the database, each question once. */
@Injectable()
export class ImportLookups {
  /** Which users have an identity with the claim, by its exact value. */
  async owners(ctx: ProjectContext, tx: Tx, { claim, values }: { claim: Identifier; values: readonly string[] }): Promise<Map<string, string[]>> {
    const owners = new Map<string, string[]>();
    if (values.length === 0) return owners;
    const sql = eachOf("$2", { columns: OWNED.columns, condition: `${carries(claim)} and ${OWNED.types}` });
    const rows = await tx.query<{ value: string; user_id: string }>(`select distinct o.value, o.user_id from (${sql}) o`, [ctx.project.id, unique(values)]);
    for (const { value, user_id } of rows) owners.set(value, [...(owners.get(value) ?? []), user_id]);
    return owners;
  }

  /** Holds users until the transaction ends, so that what is planned on them stays true. */
  async lock(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<void> {
    if (userIds.length > 0) await tx.query("select 1 from auth_user where project_id = $1 and id = any($2::uuid[]) order by id for no key update", [ctx.project.id, userIds]);
  }

  /** Identities with the unique key of one of the login ids, or with one of their claims; any user's. */
  async similar(ctx: ProjectContext, tx: Tx, loginIds: readonly CheckedLoginId[]): Promise<Identity[]> {
    if (loginIds.length === 0) return [];
    const values = (wanted: LoginIdType) => unique(loginIds.filter(({ type }) => type === wanted).map(({ value }) => value));
    const rows = await tx.query<{ row: Row }>(`select s.row from (${SIMILAR}) s order by s.row ->> 'created_at', s.row ->> 'id'`, [
      ctx.project.id,
      unique(loginIds.map(({ uniqueKey }) => uniqueKey)),
      values("email"),
      values("phone"),
      values("username"),
    ]);
    return rows.map(({ row }) => toIdentity(row));
  }

  /** The keys that exist. */
  async keys(ctx: ProjectContext, tx: Tx, { table, keys }: { table: "auth_role" | "auth_group"; keys: readonly string[] }): Promise<Set<string>> {
    const wanted = unique(keys).filter((key) => USABLE_KEY.test(key));
    if (wanted.length === 0) return new Set();
    const rows = await tx.query<{ key: string }>(`select k.key from ${table} k where k.project_id = $1 and k.key = any($2::text[]) for key share`, [ctx.project.id, wanted]);
    return new Set(rows.map(({ key }) => key));
  }
}
