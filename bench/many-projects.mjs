import pg from "pg";
import { Pool } from "undici";

const COUNT = 10_000;
const MAX_SECONDS = 60;

/** Copies of the demo project, written straight into the tables: making 10,000 key sets would measure key generation. */
async function copies(databaseUrl) {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  await db.query("insert into project (id) select 'm' || lpad(n::text, 6, '0') from generate_series(1, $1::int) n", [COUNT]);
  await db.query("insert into project_domain (domain, project_id) select id || '.localhost', id from project where id ~ '^m\\d{6}$'");
  await db.query(
    `insert into project_file (project_id, path, content)
     select p.id, f.path, case f.path when 'authgear.yaml' then convert_to(replace(convert_from(f.content, 'UTF8'), '"id":"demo"', '"id":"' || p.id || '"'), 'UTF8') else f.content end
     from project p join project_file f on f.project_id = 'demo' where p.id ~ '^m\\d{6}$'`,
  );
  await db.end();
}

/** Visits each of 10,000 projects once, then the same few again: memory must follow the projects in use, not those that exist. */
export async function manyProjects(at, { concurrency, tell }) {
  tell("10,000 projects ...");
  await copies(at.databaseUrl);
  const pool = new Pool(at.base, { connections: concurrency });
  const rss = async () => JSON.parse(await (await pool.request({ method: "GET", path: "/debug/counters" })).body.text()).rss / 1024 / 1024;
  const before = await rss();
  let next = 0;
  let errors = 0;
  const begun = performance.now();
  const marks = [];
  const visitor = async () => {
    while (next < COUNT && performance.now() - begun < MAX_SECONDS * 1000) {
      next += 1;
      const host = `m${String(next).padStart(6, "0")}.localhost`;
      const mark = next % 2500 === 0;
      const { statusCode, body } = await pool.request({ method: "GET", path: "/.well-known/openid-configuration", headers: { host } });
      await body.dump();
      if (statusCode !== 307 && statusCode !== 200) errors += 1;
      if (mark) marks.push(Math.round(await rss()));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, visitor));
  const elapsed = (performance.now() - begun) / 1000;
  await pool.close();
  return { projects: next, errors, projects_per_second: next / elapsed, rss_mb_before: Math.round(before), rss_mb_each_2500: marks };
}
