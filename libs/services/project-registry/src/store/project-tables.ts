import { Injectable } from "@nestjs/common";
import type { Tx } from "@gatehouse/platform-postgres";

/** A project without its files. */
export interface ProjectRow {
  id: string;
  version: number;
  /** `http.public_origin`. */
  publicOrigin: string;
  createdAt: Date;
  updatedAt: Date;
  /** Custom hosts first. */
  domains: readonly string[];
}

/** A project as the tables hold it. */
export interface StoredProject extends ProjectRow {
  files: ReadonlyMap<string, Buffer>;
}

/** What a developer may do in a project; owners rank above editors. */
export type CollaboratorRole = "owner" | "editor";

/** A developer of a project: a user of the portal's own project. */
export interface Collaborator {
  projectId: string;
  userId: string;
  role: CollaboratorRole;
  createdAt: Date;
}

interface ProjectSql {
  id: string;
  version: string;
  public_origin: string;
  created_at: Date;
  updated_at: Date;
  domains: string[] | null;
}

const COLUMNS =
  "p.id, p.version, p.public_origin, p.created_at, p.updated_at, (select array_agg(d.domain order by d.is_custom desc, d.domain) from project_domain d where d.project_id = p.id) as domains";
const toRow = (row: ProjectSql): ProjectRow => ({
  id: row.id,
  version: Number(row.version),
  publicOrigin: row.public_origin,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  domains: row.domains ?? [],
});

/** The control plane's tables. They are looked up before any project context exists, so methods take no context. */
@Injectable()
export class ProjectTables {
  /** A project with all files and hosts, in one statement. */
  async load(tx: Tx, id: string): Promise<StoredProject | undefined> {
    const row = await tx.queryOne<ProjectSql & { files: Record<string, string> | null }>(
      `select ${COLUMNS},
        (select jsonb_object_agg(f.path, encode(f.content, 'base64')) from project_file f where f.project_id = p.id) as files
       from project p where p.id = $1`,
      [id],
    );
    if (!row) return undefined;
    const files = new Map(Object.entries(row.files ?? {}).map(([path, content]) => [path, Buffer.from(content, "base64")]));
    return { ...toRow(row), files };
  }

  /** The id behind a host; `defaultId` is the project whose default host this would be. */
  async idOfHost(tx: Tx, host: string, defaultId: string | undefined): Promise<string | undefined> {
    const row = await tx.queryOne<{ id: string }>(
      "select project_id as id, 0 as rank from project_domain where domain = $1 union all select id, 1 from project where id = $2 order by rank limit 1",
      [host, defaultId ?? ""],
    );
    return row?.id;
  }

  /** Takes the row of a project for the length of the transaction; undefined when there is none. */
  async lock(tx: Tx, id: string): Promise<{ version: number } | undefined> {
    const row = await tx.queryOne<{ version: string }>("select version from project where id = $1 for update", [id]);
    return row && { version: Number(row.version) };
  }

  /** Adds an empty project; false when the id is taken. */
  async insert(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query("insert into project (id, version) values ($1, 0) on conflict (id) do nothing returning id", [id])).length === 1;
  }

  /** Makes the files exactly these and raises the version, which it returns. */
  async replaceFiles(tx: Tx, project: { id: string; publicOrigin: string }, files: ReadonlyMap<string, Buffer>): Promise<number> {
    const { id, publicOrigin } = project;
    await tx.query("delete from project_file where project_id = $1 and path <> all($2)", [id, [...files.keys()]]);
    await tx.query(
      `insert into project_file (project_id, path, content) select $1, * from unnest($2::text[], $3::bytea[])
       on conflict (project_id, path) do update set content = excluded.content, updated_at = now() where project_file.content <> excluded.content`,
      [id, [...files.keys()], [...files.values()]],
    );
    const row = await tx.queryOne<{ version: string }>("update project set version = version + 1, public_origin = $2, updated_at = now() where id = $1 returning version", [
      id,
      publicOrigin,
    ]);
    return Number(row?.version);
  }

  /** One file, or undefined. */
  async file(tx: Tx, id: string, path: string): Promise<Buffer | undefined> {
    const row = await tx.queryOne<{ content: Buffer }>("select content from project_file where project_id = $1 and path = $2", [id, path]);
    return row?.content;
  }

  /** Makes the hosts exactly these. Returns those that another project has; the caller then rolls back. */
  async replaceDomains(tx: Tx, id: string, domains: readonly { domain: string; isCustom: boolean }[]): Promise<string[]> {
    const names = domains.map(({ domain }) => domain);
    await tx.query("delete from project_domain where project_id = $1 and domain <> all($2)", [id, names]);
    await tx.query("insert into project_domain (domain, project_id, is_custom) select d, $1, c from unnest($2::text[], $3::boolean[]) as t(d, c) on conflict (domain) do nothing", [
      id,
      names,
      domains.map(({ isCustom }) => isCustom),
    ]);
    return (await tx.query<{ domain: string }>("select domain from project_domain where domain = any($1) and project_id <> $2", [names, id])).map(({ domain }) => domain);
  }

  /** A page of projects ordered by id, after `after`. */
  async list(tx: Tx, page: { after: string; limit: number }): Promise<ProjectRow[]> {
    const rows = await tx.query<ProjectSql>(`select ${COLUMNS} from project p where p.id > $1 order by p.id limit $2`, [page.after, page.limit]);
    return rows.map(toRow);
  }

  /** Deletes every row that belongs to the project, in whatever table; false when there was no project. */
  async deleteAll(tx: Tx, id: string): Promise<boolean> {
    if (!(await this.lock(tx, id))) return false;
    const tables = await tx.query<{ name: string }>(
      `select quote_ident(c.table_name) as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = current_schema() and c.column_name = 'project_id' and t.table_type = 'BASE TABLE' order by 1`,
    );
    for (const { name } of tables) await tx.query(`delete from ${name} where project_id = $1`, [id]);
    await tx.query("delete from project where id = $1", [id]);
    return true;
  }

  /** Adds a developer; nothing changes when he is one already. */
  async addCollaborator(tx: Tx, collaborator: { projectId: string; userId: string; role: CollaboratorRole }): Promise<void> {
    await tx.query("insert into project_collaborator (project_id, user_id, role) values ($1, $2, $3) on conflict do nothing", [
      collaborator.projectId,
      collaborator.userId,
      collaborator.role,
    ]);
  }

  /** The role of a portal user in a project, if any. */
  async roleOf(tx: Tx, projectId: string, userId: string): Promise<CollaboratorRole | undefined> {
    const row = await tx.queryOne<{ role: CollaboratorRole }>("select role from project_collaborator where project_id = $1 and user_id = $2", [projectId, userId]);
    return row?.role;
  }

  /** The developers of a project, oldest first. */
  async collaborators(tx: Tx, projectId: string): Promise<Collaborator[]> {
    const rows = await tx.query<{ project_id: string; user_id: string; role: CollaboratorRole; created_at: Date }>(
      "select project_id, user_id, role, created_at from project_collaborator where project_id = $1 order by created_at, user_id",
      [projectId],
    );
    return rows.map((row) => ({ projectId: row.project_id, userId: row.user_id, role: row.role, createdAt: row.created_at }));
  }

  /** Removes a developer; false when he was none. */
  async removeCollaborator(tx: Tx, projectId: string, userId: string): Promise<boolean> {
    return (await tx.query("delete from project_collaborator where project_id = $1 and user_id = $2 returning user_id", [projectId, userId])).length === 1;
  }

  /** The projects a portal user works on, by id, with his role. */
  async listOfUser(tx: Tx, userId: string): Promise<(ProjectRow & { role: CollaboratorRole })[]> {
    const rows = await tx.query<ProjectSql & { role: CollaboratorRole }>(
      `select ${COLUMNS}, c.role from project_collaborator c join project p on p.id = c.project_id where c.user_id = $1 order by p.id`,
      [userId],
    );
    return rows.map((row) => ({ ...toRow(row), role: row.role }));
  }
}
