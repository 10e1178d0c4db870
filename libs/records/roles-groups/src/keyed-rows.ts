import type { ApiError } from "@gatehouse/platform-errors-core";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { isUniqueViolation, soughtText, type Tx } from "@gatehouse/platform-postgres";
import { checkKey, isKey } from "./key-rules.js";
import { COLUMNS, type KeyedChange, type KeyedPage, type NewKeyed, type Owned, type Role, toKeyed, toOwned } from "./keyed-row.js";

/** What tells roles from groups. */
export interface Noun {
  table: "auth_role" | "auth_group";
  /** The unique index on keys. */
  keyIndex: string;
  duplicateKey(): ApiError;
  notFound(): ApiError;
  unknownKeys(info: { keys: string[] }): ApiError;
}

/** The table that says who has which of them, and its columns. */
export interface Link {
  table: "user_role" | "user_group" | "group_role";
  owner: "user_id" | "group_id" | "role_id";
  owned: "role_id" | "group_id";
}

const kept = (text: string | null | undefined): { keep: boolean; value: string | null } => ({ keep: text === null || text === undefined, value: text || null });

/** Rows with a key, a name and a description: roles or groups. */
export class KeyedRows {
  constructor(private readonly noun: Noun) {}

  /** Throws ValidationFailed, and that the key is taken. */
  async create(ctx: ProjectContext, tx: Tx, { key, name, description }: NewKeyed): Promise<Role> {
    checkKey(key);
    const row = await tx.queryOne(
      `insert into ${this.noun.table} as r (project_id, id, key, name, description, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)
       on conflict (project_id, key) do nothing returning ${COLUMNS}`,
      [ctx.project.id, ctx.newId(), key, name || null, description || null, ctx.now()],
    );
    if (!row) throw this.noun.duplicateKey();
    return toKeyed(row);
  }

  /** The row before and after. Throws ValidationFailed, that there is none, and that the key is taken. */
  async update(ctx: ProjectContext, tx: Tx, change: KeyedChange): Promise<{ before: Role; after: Role }> {
    const key = change.key ?? undefined;
    if (key !== undefined) checkKey(key);
    const before = await this.held(ctx, tx, change.id);
    const [name, description] = [kept(change.name), kept(change.description)];
    const sql = `update ${this.noun.table} r set key = coalesce($3, r.key), name = case when $4 then r.name else $5 end,
      description = case when $6 then r.description else $7 end, updated_at = $8 where r.project_id = $1 and r.id = $2 returning ${COLUMNS}`;
    const values = [ctx.project.id, before.id, key ?? null, name.keep, name.value, description.keep, description.value, ctx.now()];
    const [row] = await tx.query(sql, values).catch((error: unknown) => {
      throw isUniqueViolation(error, this.noun.keyIndex) ? this.noun.duplicateKey() : error;
    });
    return { before, after: toKeyed(row as Record<string, unknown>) };
  }

  /** One by id; until the transaction ends nobody changes it, gets it or loses it. Throws that there is none. */
  async held(ctx: ProjectContext, tx: Tx, id: string): Promise<Role> {
    const sql = `select ${COLUMNS} from ${this.noun.table} r where r.project_id = $1 and r.id = $2 for update`;
    const row = isUuid(id) ? await tx.queryOne(sql, [ctx.project.id, id]) : undefined;
    if (!row) throw this.noun.notFound();
    return toKeyed(row);
  }

  /** Everything that refers to it goes with it. Throws that there is none. */
  async delete(ctx: ProjectContext, tx: Tx, id: string): Promise<Role> {
    const sql = `delete from ${this.noun.table} r where r.project_id = $1 and r.id = $2 returning ${COLUMNS}`;
    const row = isUuid(id) ? await tx.queryOne(sql, [ctx.project.id, id]) : undefined;
    if (!row) throw this.noun.notFound();
    return toKeyed(row);
  }

  /** Those of the given ids; unknown ids are left out, the order is not kept. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Role[]> {
    const known = ids.filter(isUuid);
    if (known.length === 0) return [];
    return (await tx.query(`select ${COLUMNS} from ${this.noun.table} r where r.project_id = $1 and r.id = any($2::uuid[])`, [ctx.project.id, known])).map(toKeyed);
  }

  /** Those of the given keys, in the order of the keys and each once; unknown keys are left out. They stay until the transaction ends. */
  async byKeys(ctx: ProjectContext, tx: Tx, keys: readonly string[]): Promise<Role[]> {
    const known = [...new Set(keys)].filter(isKey);
    if (known.length === 0) return [];
    const sql = `select ${COLUMNS} from ${this.noun.table} r where r.project_id = $1 and r.key = any($2::text[]) order by r.id for key share`;
    const rows = new Map((await tx.query(sql, [ctx.project.id, known])).map((row) => [row.key as string, toKeyed(row)]));
    return known.flatMap((key) => rows.get(key) ?? []);
  }

  /** The one with a key. Throws that there is none. */
  async required(ctx: ProjectContext, tx: Tx, key: string): Promise<Role> {
    const [found] = await this.byKeys(ctx, tx, [key]);
    if (!found) throw this.noun.notFound();
    return found;
  }

  /** Those of the given keys, as `byKeys`. Throws, with the keys that are unknown, unless all are there. */
  async allRequired(ctx: ProjectContext, tx: Tx, { keys, unknown }: { keys: readonly string[]; unknown?: (keys: string[]) => ApiError }): Promise<Role[]> {
    const found = await this.byKeys(ctx, tx, keys);
    const known = new Set(found.map(({ key }) => key));
    const missing = [...new Set(keys)].filter((key) => !known.has(key));
    if (missing.length === 0) return found;
    throw unknown ? unknown(missing) : this.noun.unknownKeys({ keys: missing });
  }

  /** One page, ascending by key. */
  async page(ctx: ProjectContext, tx: Tx, { offset, limit, searchKeyword, excludedIds = [] }: KeyedPage): Promise<Role[]> {
    if (limit <= 0) return [];
    const sql = `select ${COLUMNS} from ${this.noun.table} r where r.project_id = $1
      and ($2::text is null or position(lower($2) in lower(r.key)) > 0 or position(lower($2) in lower(coalesce(r.name, ''))) > 0)
      and r.id <> all($3::uuid[]) order by r.key limit $4 offset $5`;
    return (await tx.query(sql, [ctx.project.id, searchKeyword ? soughtText(searchKeyword) : null, excludedIds.filter(isUuid), limit, offset])).map(toKeyed);
  }

  /** Those that some owners have, in the order they got them. */
  protected async ofOwners(ctx: ProjectContext, tx: Tx, { link, ids }: { link: Link; ids: readonly string[] }): Promise<Owned<Role>[]> {
    if (ids.length === 0) return [];
    const sql = `select ${COLUMNS}, x.${link.owner} as owner_id from ${link.table} x join ${this.noun.table} r on r.project_id = x.project_id and r.id = x.${link.owned}
      where x.project_id = $1 and x.${link.owner} = any($2::uuid[]) order by x.created_at, r.key`;
    return (await tx.query(sql, [ctx.project.id, ids])).map(toOwned);
  }

  /** How many the project has. */
  async count(ctx: ProjectContext, tx: Tx): Promise<number> {
    const row = await tx.queryOne<{ n: string }>(`select count(*) as n from ${this.noun.table} r where r.project_id = $1`, [ctx.project.id]);
    return Number(row?.n ?? 0);
  }
}
