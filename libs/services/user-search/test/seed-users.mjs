// Fills a project with users as if they had signed up over three years: users, email and phone identities, roles, a group, search documents.
import pg from "pg";

const FIRST = ["Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ivan", "John", "Katherine", "Leslie", "Margaret", "Niklaus", "Radia"];
const LAST = ["Allen", "Backus", "Chan", "Dijkstra", "Engelbart", "Floyd", "Hamilton", "Hopper", "Johnson", "Kay", "Lamport", "Lovelace", "Perlman", "Shannon", "Turing", "Wirth"];
const DOMAINS = ["example.com", "mail.example", "corp.example", "school.example"];
const CHUNK = 100_000;

/** What the nth user is, in SQL. Users are newest first by their number. */
const PERSON = `
  select n, md5($1 || ':' || n)::uuid as id, first, last, lower(first) || '.' || lower(last) || '.' || n as local, domain,
    '+8525' || lpad((n % 10000000)::text, 7, '0') as phone, '5' || lpad((n % 10000000)::text, 7, '0') as national,
    date_trunc('milliseconds', now() - n * interval '94.6 seconds') as created_at,
    case when n % 5 < 3 then date_trunc('milliseconds', now() - (n::bigint * 7919 % 31536000) * interval '1 second') end as last_login_at,
    n % 10 <> 0 as is_member, n % 10 = 0 as is_editor, n % 10000 = 0 as is_admin, n % 100 = 0 as is_staff
  from (select n, ($2::text[])[1 + n % 16] as first, ($3::text[])[1 + (n / 16) % 16] as last, ($4::text[])[1 + n % 4] as domain from generate_series($5::int, $6::int) n) g`;

const USERS = `insert into auth_user (project_id, id, created_at, updated_at, login_at, last_login_at, standard_attributes, require_reindex_after, last_indexed_at)
  select $1, id, created_at, created_at, last_login_at + interval '1 hour', last_login_at,
    jsonb_build_object('email', local || '@' || domain, 'phone_number', phone, 'given_name', first, 'family_name', last), null, null from person`;
const IDENTITIES = `insert into identity (project_id, id, user_id, type, login_id_key, login_id_type, login_id, original_login_id, unique_key, claims, created_at, updated_at)
  select $1, gen_random_uuid(), p.id, 'login_id', i.type, i.type, i.value, i.value, i.value, jsonb_build_object(i.claim, i.value), p.created_at, p.created_at
  from person p cross join lateral (values ('email', 'email', local || '@' || domain), ('phone', 'phone_number', phone)) i(type, claim, value)`;
const ROLES = `insert into user_role (project_id, user_id, role_id, created_at)
  select $1, p.id, r.id, p.created_at from person p join auth_role r on r.project_id = $1
  where (r.key = 'member' and p.is_member) or (r.key = 'editor' and p.is_editor) or (r.key = 'admin' and p.is_admin)`;
const GROUPS =
  "insert into user_group (project_id, user_id, group_id, created_at) select $1, p.id, g.id, p.created_at from person p join auth_group g on g.project_id = $1 where p.is_staff";
const DOCUMENTS = `insert into user_search (project_id, user_id, created_at, last_login_at, terms, document)
  select $1, id, created_at, coalesce(last_login_at, '-infinity'), terms, jsonb_strip_nulls(jsonb_build_object('id', id, 'app_id', $1::text, 'created_at', created_at, 'updated_at', created_at, 'last_login_at', last_login_at,
    'is_disabled', false, 'email', array[local || '@' || domain], 'email_local_part', array[local], 'email_domain', array[domain], 'phone_number', array[phone],
    'phone_number_country_code', array['852'], 'phone_number_national_number', array[national], 'given_name', first, 'family_name', last,
    'role_key', nullif(roles, '{}'), 'group_key', case when is_staff then array['staff'] end))
  from (select *, array(select t from unnest(array['=' || id, '=852', '~' || local || '@' || domain, '~' || domain, '~' || phone, '~' || national, 'w' || lower(first), 'w' || lower(last)]
      || (select coalesce(array_agg(x), '{}') from unnest(roles) r, unnest(array['r' || r, '=' || r]) x) || case when is_staff then array['gstaff', '=staff'] else '{}' end) t order by t collate "C") as terms
    from (select *, array_remove(array[case when is_admin then 'admin' end, case when is_editor then 'editor' end, case when is_member then 'member' end], null) as roles from person) p) q`;
const TERMS = `insert into user_search_term (project_id, term, created_at, user_id, last_login_at)
  select s.project_id, t.term, s.created_at, s.user_id, s.last_login_at from user_search s cross join lateral unnest(s.terms) t(term) where s.project_id = $1 and s.user_id in (select id from person)`;

/** From so many users on, the search tables' indexes are built afterwards. */
const BULK = 100_000;

/** Drops the indexes and keys of the search tables; the answer makes them again. */
async function withoutIndexes(db) {
  const { rows } = await db.query(`
    select format('alter table %I drop constraint %I', r.relname, c.conname) as drop, format('alter table %I add constraint %I %s', r.relname, c.conname, pg_get_constraintdef(c.oid)) as make
      from pg_constraint c join pg_class r on r.oid = c.conrelid where r.relname in ('user_search', 'user_search_term') and c.contype = 'p'
    union all select format('drop index %I', i.relname), pg_get_indexdef(i.oid)
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class r on r.oid = x.indrelid where r.relname in ('user_search', 'user_search_term') and not x.indisprimary`);
  for (const { drop } of rows) await db.query(drop);
  return async () => {
    await db.query("set maintenance_work_mem = '512MB'");
    for (const { make } of rows) await db.query(make);
  };
}

/** Adds users to a project that has none of these yet. */
export async function seedUsers(databaseUrl, { projectId, users, tell = () => {} }) {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    await db.query(
      `insert into auth_role (project_id, id, key, created_at, updated_at) select $1, gen_random_uuid(), key, now(), now() from unnest(array['member', 'editor', 'admin']) key on conflict do nothing`,
      [projectId],
    );
    await db.query(`insert into auth_group (project_id, id, key, created_at, updated_at) values ($1, gen_random_uuid(), 'staff', now(), now()) on conflict do nothing`, [
      projectId,
    ]);
    const restore = users >= BULK ? await withoutIndexes(db) : async () => {};
    for (let from = 1; from <= users; from += CHUNK) {
      await db.query("drop table if exists person");
      const to = Math.min(from + CHUNK - 1, users);
      const literal = (value) => (Array.isArray(value) ? `array[${value.map((one) => db.escapeLiteral(one)).join(",")}]` : db.escapeLiteral(String(value)));
      const person = [projectId, FIRST, LAST, DOMAINS, from, to].reduce((sql, value, index) => sql.replaceAll(`$${index + 1}`, literal(value)), PERSON);
      await db.query(`create temp table person as ${person}`);
      await db.query("analyze person");
      for (const sql of [USERS, IDENTITIES, ROLES, GROUPS, DOCUMENTS, TERMS]) await db.query(sql, [projectId]);
      tell(`${to} of ${users} users`);
    }
    await restore();
  } finally {
    await db.end();
  }
}

/** Does what autovacuum does within minutes after so many inserts. */
export async function vacuumUsers(databaseUrl) {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  for (const table of ["auth_user", "auth_user_count", "identity", "user_role", "user_group", "user_search", "user_search_term"]) await db.query(`vacuum analyze ${table}`);
  await db.end();
}
