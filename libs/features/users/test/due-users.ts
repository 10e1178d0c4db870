import { asUserId, type UserId } from "@gatehouse/domain-project";
import type { TestProject } from "@gatehouse/platform-testing";

/** Writes users with one email login id each, and columns of their rows; returns their ids, in no order that matters. */
export async function usersWith({ db, project }: TestProject, columns: string, count = 1): Promise<UserId[]> {
  return db.transaction(async (tx) => {
    const names = columns.split(",").map((one) => one.split("=")[0]?.trim());
    const values = columns.split(",").map((one) => one.split("=")[1]?.trim());
    const rows = await tx.query<{ id: string }>(
      `insert into auth_user (project_id, id, created_at, updated_at, standard_attributes, ${names.join(", ")})
       select $1, gen_random_uuid(), now(), now(), jsonb_build_object('email', n || '@example.com'), ${values.join(", ")} from generate_series(1, $2::int) n returning id`,
      [project.id, count],
    );
    await tx.query(
      `insert into identity (project_id, id, user_id, type, login_id_key, login_id_type, login_id, unique_key, claims, created_at, updated_at)
       select $1, gen_random_uuid(), u.id, 'login_id', 'email', 'email', u.id || '@example.com', u.id || '@example.com', jsonb_build_object('email', u.id || '@example.com'), now(), now()
       from unnest($2::uuid[]) u(id)`,
      [project.id, rows.map(({ id }) => id)],
    );
    return rows.map(({ id }) => asUserId(id));
  });
}

/** Rows of users. */
export const rowsOf = ({ db, project }: TestProject): Promise<any[]> => db.read((tx) => tx.query("select * from auth_user where project_id = $1 order by id", [project.id]));

/** Events of a project, in order. */
export const told = ({ db, project }: TestProject): Promise<{ type: string; user_id: string; payload: any; context: any }[]> =>
  db.read((tx) => tx.query("select type, user_id, payload, context from outbox where project_id = $1 order by seq", [project.id])) as never;
