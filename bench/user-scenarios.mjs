import { importJWK, SignJWT } from "jose";
import pg from "pg";
import { Pool } from "undici";
import { parse } from "yaml";
import { seedUsers, vacuumUsers } from "../libs/services/user-search/test/seed-users.mjs";

export const USER_SCENARIOS = ["users-list", "users-middle-page", "users-last-page", "users-search"];
const PAGE = 20;
const USERS = `query($keyword: String, $roles: [String!], $by: UserSortBy, $first: Int!, $after: String) {
  users(searchKeyword: $keyword, roleKeys: $roles, sortBy: $by, first: $first, after: $after) { totalCount edges { cursor node { id standardAttributes } } } }`;

/** From what everybody has to what one has, and what nobody has. */
const SEARCHES = [
  { keyword: "example" },
  { keyword: "mail.example" },
  { keyword: "+8525" },
  { keyword: "ada" },
  { keyword: "ada hop" },
  { keyword: "+85250000777" },
  { keyword: "nobody-is-called-this" },
  { roles: ["member"] },
  { roles: ["admin"] },
  { roles: ["editor"], keyword: "corp.example" },
  { roles: ["editor"], keyword: "grace" },
  { keyword: "grace", by: "LAST_LOGIN_AT" },
  { keyword: "+8525", by: "LAST_LOGIN_AT" },
];

async function adminToken(databaseUrl) {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  const { rows } = await db.query("select convert_from(content, 'UTF8') as text from project_file where project_id = 'demo' and path = 'authgear.secrets.yaml'");
  await db.end();
  const [key] = parse(rows[0].text).secrets.find((secret) => secret.key === "admin-api.auth").data.keys;
  return new SignJWT({})
    .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" })
    .setAudience("demo")
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(await importJWK(key, "RS256"));
}

/** Lists and searches of the Admin API over many users of one project, who are added here. */
export async function userScenarios(at, { users, tell }) {
  tell(`${users} users ...`);
  await seedUsers(at.databaseUrl, { projectId: "demo", users });
  await vacuumUsers(at.databaseUrl);
  const authorization = `Bearer ${await adminToken(at.databaseUrl)}`;
  const pool = new Pool(at.base, { connections: 64 });
  const ask = async (variables) => {
    const body = JSON.stringify({ query: USERS, variables: { first: PAGE, ...variables } });
    const answer = await pool.request({ method: "POST", path: "/_api/admin/graphql", headers: { "content-type": "application/json", authorization }, body });
    const { data, errors } = await answer.body.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data.users;
  };
  const { totalCount } = await ask({});
  const pageFrom = async (offset) => {
    const page = await ask({ after: Buffer.from(`offset:${offset - 1}`).toString("base64url") });
    if (page.edges.length !== PAGE || page.totalCount < users) throw new Error("the page is not full");
  };
  return {
    "users-list": () => ask({}),
    "users-middle-page": () => pageFrom(Math.floor(totalCount / 2)),
    "users-last-page": () => pageFrom(totalCount - PAGE),
    "users-search": (n) => ask(SEARCHES[n % SEARCHES.length]),
  };
}
