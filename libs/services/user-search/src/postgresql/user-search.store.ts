import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import type { DocumentBatch } from "../user-documents.read.js";
import { termsOf } from "./search-terms.js";

/** One statement: documents and terms that are new, changed, unchanged or gone. No row is touched twice, and an unchanged one not at all. */
const WRITE = `with incoming as (
    select r.user_id, r.created_at, coalesce(r.last_login_at, '-infinity') as last_login_at, r.terms, r.document
    from jsonb_to_recordset($2::jsonb) r(user_id uuid, created_at timestamptz, last_login_at timestamptz, terms text[], document jsonb)),
  stale as (
    select s.created_at, s.user_id, t.term from user_search s left join incoming i on i.user_id = s.user_id
    cross join lateral (select unnest(s.terms) except select unnest(i.terms)) t(term) where s.project_id = $1 and s.user_id = any($3::uuid[])),
  removed as (
    delete from user_search_term t using stale where t.project_id = $1 and t.term = stale.term and t.created_at = stale.created_at and t.user_id = stale.user_id),
  gone as (delete from user_search where project_id = $1 and user_id = any($4::uuid[])),
  added as (
    insert into user_search_term as t (project_id, term, created_at, user_id, last_login_at)
    select $1, x.term, i.created_at, i.user_id, i.last_login_at from incoming i cross join lateral unnest(i.terms) x(term)
    on conflict (project_id, term, created_at, user_id) do update set last_login_at = excluded.last_login_at where t.last_login_at <> excluded.last_login_at)
  insert into user_search as s (project_id, user_id, created_at, last_login_at, terms, document)
  select $1, i.user_id, i.created_at, i.last_login_at, i.terms, i.document from incoming i
  on conflict (project_id, user_id) do update set created_at = excluded.created_at, last_login_at = excluded.last_login_at, terms = excluded.terms, document = excluded.document
    where (s.last_login_at, s.terms, s.document) is distinct from (excluded.last_login_at, excluded.terms, excluded.document)`;

/** The tables `user_search` and `user_search_term`. */
@Injectable()
export class UserSearchStore {
  /** Lets one batch of a project be read and written at a time, so that an older state never overwrites a newer one. Held until the transaction ends. */
  async lock(ctx: ProjectContext, tx: Tx): Promise<void> {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('user-search:' || $1, 0))", [ctx.project.id]);
  }

  /** Writes documents and removes those of users who are gone. */
  async write(ctx: ProjectContext, tx: Tx, { documents, gone }: Pick<DocumentBatch, "documents" | "gone">): Promise<void> {
    const incoming = documents.map((document) => {
      const { id: user_id, created_at, last_login_at } = document;
      return { user_id, created_at, last_login_at, terms: termsOf(document), document };
    });
    await tx.query(WRITE, [ctx.project.id, JSON.stringify(incoming), [...documents.map(({ id }) => id), ...gone], gone]);
  }
}
