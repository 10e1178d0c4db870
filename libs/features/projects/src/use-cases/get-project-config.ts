import { Injectable } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { ProjectTables } from "@gatehouse/service-project-registry";
import { CONFIG_PATH, checksumOf } from "./edit-config.js";

/** Reads `authgear.yaml` as written, with the checksum that a save sends back. */
@Injectable()
export class GetProjectConfig {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  /** Throws ProjectNotFound when the project was deleted meanwhile. */
  async run(ctx: ProjectContext): Promise<{ content: string; checksum: string }> {
    const bytes = await this.db.read((tx) => this.store.file(tx, ctx.project.id, CONFIG_PATH));
    if (!bytes) throw projectNotFound();
    const content = bytes.toString("utf8");
    return { content, checksum: checksumOf(content) };
  }
}
