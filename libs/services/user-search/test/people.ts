import { newUuid } from "@gatehouse/platform-ids";
import type { TestProject } from "@gatehouse/platform-testing";

/** A user of a test, as the tables hold him. */
export interface Person {
  email?: string;
  phone?: string;
  username?: string;
  subject?: string;
  attributes?: Record<string, unknown>;
  roles?: string[];
  groups?: string[];
  createdAt?: string;
  lastLoginAt?: string;
}

/** Writes a user with his identities; roles and groups are made where they are missing. Returns his id. */
export async function addPerson({ db, ctx }: TestProject, person: Person): Promise<string> {
  const id = newUuid();
  const project = ctx.project.id;
  const createdAt = person.createdAt ?? "2026-01-01T00:00:00Z";
  await db.transaction(async (tx) => {
    await tx.query("insert into auth_user (project_id, id, created_at, updated_at, last_login_at, standard_attributes) values ($1, $2, $3, $3, $4, $5)", [
      project,
      id,
      createdAt,
      person.lastLoginAt ?? null,
      person.attributes ?? {},
    ]);
    const identity = (type: string, claims: object, details: object) =>
      tx.query(
        "insert into identity (project_id, id, user_id, type, unique_key, claims, details, created_at, updated_at) values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, now(), now())",
        [project, id, type, newUuid(), claims, details],
      );
    if (person.email) await identity("login_id", { email: person.email }, {});
    if (person.phone) await identity("login_id", { phone_number: person.phone }, {});
    if (person.username) await identity("login_id", { preferred_username: person.username }, {});
    if (person.subject) await identity("oauth", {}, { oauth: { subjectId: person.subject } });
    for (const key of person.roles ?? []) {
      await tx.query("insert into auth_role (project_id, id, key, name, created_at, updated_at) values ($1, gen_random_uuid(), $2, $3, now(), now()) on conflict do nothing", [
        project,
        key,
        `The ${key}s`,
      ]);
      await tx.query("insert into user_role select $1, $2, id, now() from auth_role where project_id = $1 and key = $3", [project, id, key]);
    }
    for (const key of person.groups ?? []) {
      await tx.query("insert into auth_group (project_id, id, key, created_at, updated_at) values ($1, gen_random_uuid(), $2, now(), now()) on conflict do nothing", [
        project,
        key,
      ]);
      await tx.query("insert into user_group select $1, $2, id, now() from auth_group where project_id = $1 and key = $3", [project, id, key]);
    }
  });
  return id;
}
