import type { ProjectContext } from "@gatehouse/domain-project";
import type { Row, Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { buildDocument } from "./build-document.js";
import type { Labelled, UserDocument, UserSource } from "./user-document.js";

/** Documents of some users, as of one moment. */
export interface DocumentBatch {
  documents: UserDocument[];
  /** Users asked for who are not there. */
  gone: string[];
  /** When the tables were read, in microseconds since 1970 by the database's clock. */
  readAt: string;
  /** The marks the users had then, for `clearMarks`. */
  marks: { id: string; mark: string }[];
}

const LABELLED = "coalesce(jsonb_agg(jsonb_build_object('key', l.key, 'name', l.name) order by l.created_at, l.key), '[]')";
const IDENTITY =
  "jsonb_build_object('email', i.claims -> 'email', 'phone_number', i.claims -> 'phone_number', 'preferred_username', i.claims -> 'preferred_username', 'subject_id', i.details #> '{oauth,subjectId}')";
const READ = `select u.id, to_jsonb(u.created_at) as created_at, to_jsonb(u.updated_at) as updated_at, to_jsonb(u.last_login_at) as last_login_at, u.standard_attributes,
  u.is_indefinitely_disabled, u.is_deactivated, u.temporarily_disabled_from, u.temporarily_disabled_until, u.account_valid_from, u.account_valid_until, u.delete_at, u.anonymize_at,
  u.is_anonymized, u.require_reindex_after::text as mark, (extract(epoch from statement_timestamp()) * 1000000)::bigint::text as read_at,
  (select coalesce(jsonb_agg(${IDENTITY} order by i.created_at, i.id), '[]') from identity i
    where i.project_id = $1 and i.user_id = u.id and i.type in ('login_id', 'oauth', 'ldap')) as identities,
  (select ${LABELLED} from auth_role l where l.project_id = $1 and l.id in (
    select r.role_id from user_role r where r.project_id = $1 and r.user_id = u.id
    union all select gr.role_id from user_group ug join group_role gr on gr.project_id = $1 and gr.group_id = ug.group_id where ug.project_id = $1 and ug.user_id = u.id)) as roles,
  (select ${LABELLED} from user_group ug join auth_group l on l.project_id = $1 and l.id = ug.group_id where ug.project_id = $1 and ug.user_id = u.id) as groups
  from auth_user u where u.project_id = $1 and u.id = any($2::uuid[])`;

/** Reads what documents are made of, and keeps account of which users are due (spec: user model §1, `require_reindex_after` and `last_indexed_at`). */
@Injectable()
export class UserDocuments {
  /** One statement. */
  async read(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<DocumentBatch> {
    const rows = await tx.query(READ, [ctx.project.id, userIds]);
    const found = new Set(rows.map((row) => row.id as string));
    return {
      documents: rows.map((row) => buildDocument(ctx.project.id, toSource(row), ctx.now())),
      gone: userIds.filter((id) => !found.has(id)),
      readAt: (rows[0]?.read_at as string | undefined) ?? String(ctx.now().getTime() * 1000),
      marks: rows.flatMap((row) => (row.mark ? [{ id: row.id as string, mark: row.mark as string }] : [])),
    };
  }

  /** Marks users whose documents may be stale, in the transaction that changed them; the sweep indexes them. For changes that no event tells of. */
  async markForReindex(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    await tx.query("update auth_user set require_reindex_after = clock_timestamp() where project_id = $1 and id = any($2::uuid[])", [ctx.project.id, userIds]);
  }

  /** Notes that a batch is indexed. A user marked again since it was read keeps his mark. */
  async clearMarks(ctx: ProjectContext, tx: Tx, batch: Pick<DocumentBatch, "marks">): Promise<void> {
    if (batch.marks.length === 0) return;
    const sql = `update auth_user u set last_indexed_at = clock_timestamp() from unnest($2::uuid[], $3::timestamptz[]) m(id, mark)
      where u.project_id = $1 and u.id = m.id and u.require_reindex_after = m.mark and (u.last_indexed_at is null or u.last_indexed_at < u.require_reindex_after)`;
    await tx.query(sql, [ctx.project.id, batch.marks.map(({ id }) => id), batch.marks.map(({ mark }) => mark)]);
  }

  /** Users of a project who are due, those marked first in front. */
  async due(ctx: ProjectContext, tx: Tx, limit: number): Promise<string[]> {
    const sql = `select id from auth_user where project_id = $1 and require_reindex_after is not null and (last_indexed_at is null or last_indexed_at < require_reindex_after)
      order by require_reindex_after limit $2`;
    return (await tx.query<{ id: string }>(sql, [ctx.project.id, limit])).map(({ id }) => id);
  }
}

function toSource(row: Row): UserSource {
  const time = (name: string): Date | null => (row[name] ? new Date(row[name] as string | Date) : null);
  return {
    id: row.id as string,
    createdAt: row.created_at as string,
    updatedAt: row.updated_at as string,
    lastLoginAt: row.last_login_at as string | null,
    standardAttributes: row.standard_attributes as Record<string, unknown>,
    identities: row.identities as UserSource["identities"],
    roles: row.roles as Labelled[],
    groups: row.groups as Labelled[],
    status: {
      isIndefinitelyDisabled: row.is_indefinitely_disabled as boolean,
      isDeactivated: row.is_deactivated as boolean,
      disableReason: null,
      temporarilyDisabledFrom: time("temporarily_disabled_from"),
      temporarilyDisabledUntil: time("temporarily_disabled_until"),
      accountValidFrom: time("account_valid_from"),
      accountValidUntil: time("account_valid_until"),
      deleteAt: time("delete_at"),
      deleteReason: null,
      anonymizeAt: time("anonymize_at"),
      isAnonymized: row.is_anonymized as boolean,
    },
  };
}
