import pg from "pg";

/**
 * How fast events become rows of the audit log, relay and stream included: puts events into the outbox of a running platform and watches the log.
 * DATABASE_URL: the platform's database. Arguments: events (5,000), projects (1; copies of none: only ids that exist are taken).
 */
const [events = 5_000, projects = 1] = process.argv.slice(2).map(Number);
const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
await db.connect();
const { rows } = await db.query("select id from project order by id limit $1", [projects]);
const ids = rows.map(({ id }) => id);
if (ids.length === 0) throw new Error("There is no project.");
const mark = `bench-${Date.now()}`;
const user = {
  id: "00000000-0000-4000-8000-000000000000",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  standard_attributes: { email: "bench@example.com" },
  custom_attributes: {},
  roles: [],
  groups: [],
};
const context = {
  timestamp: Math.floor(Date.now() / 1000),
  user_id: user.id,
  triggered_by: "user",
  audit_context: { http_url: "https://bench.example.com/oauth2/authorize" },
  preferred_languages: ["en"],
  language: "en",
  geo_location_code: null,
  ip_address: "192.0.2.1",
  user_agent: mark,
};
await db.query(
  `insert into outbox (project_id, user_id, type, payload, context)
   select p.id, $2, 'user.authenticated', $3::jsonb, $4::jsonb || jsonb_build_object('app_id', p.id)
   from generate_series(0, $5::int - 1) n join unnest($1::text[]) with ordinality p(id, place) on p.place = n % cardinality($1::text[]) + 1`,
  [ids, user.id, JSON.stringify({ user, session: { id: "bench", type: "idp" } }), JSON.stringify(context), events],
);
const count = async () => Number((await db.query("select count(*) as n from audit_log where project_id = any($1) and user_agent = $2", [ids, mark])).rows[0].n);
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const deadline = performance.now() + 120_000;
let first = await count();
while (first === 0 && performance.now() < deadline) {
  await pause();
  first = await count();
}
const begun = performance.now();
let now = first;
while (now < events && performance.now() < deadline) {
  await pause();
  now = await count();
}
const seconds = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ projects: ids.length, rows: now, lost: events - now, rows_per_second: Math.round((now - first) / seconds) }));
await db.end();
