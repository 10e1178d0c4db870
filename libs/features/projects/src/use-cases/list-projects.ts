import { Injectable } from "@nestjs/common";
import { badRequest } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import { type ProjectRow, ProjectTables } from "@gatehouse/service-project-registry";

/** A page of projects in the order of their ids. */
export interface ProjectPage {
  projects: ProjectRow[];
  /** Hand it back to get the next page; absent on the last one. */
  nextCursor?: string;
}

const MAX_PAGE = 100;
const encode = (id: string): string => Buffer.from(id).toString("base64url");

function decode(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString("utf8");
  if (!/^[a-z0-9-]{1,64}$/.test(id)) throw badRequest("invalid cursor");
  return id;
}

/** Lists the projects of the deployment. */
@Injectable()
export class ListProjects {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  /** `limit` 1 to 100. Throws BadRequest for a cursor that no page gave. */
  async run(input: { cursor?: string; limit?: number }): Promise<ProjectPage> {
    const limit = Math.min(Math.max(input.limit ?? 50, 1), MAX_PAGE);
    const after = input.cursor ? decode(input.cursor) : "";
    const rows = await this.db.read((tx) => this.store.list(tx, { after, limit: limit + 1 }));
    const projects = rows.slice(0, limit);
    const last = projects.at(-1);
    return { projects, ...(rows.length > limit && last ? { nextCursor: encode(last.id) } : {}) };
  }
}
