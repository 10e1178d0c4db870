import { searchDisabled } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isUuid } from "@gatehouse/platform-ids";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { ElasticsearchUserIndex } from "./elasticsearch/elasticsearch-user-index.js";
import { PostgresqlUserIndex } from "./postgresql/postgresql-user-index.js";
import { UserDocuments } from "./user-documents.read.js";
import type { UserIndex, UserSearchPage, UserSearchQuery } from "./user-search-query.js";

/** User search of a project: `search.implementation` of its configuration, else of the deployment (spec: admin API §7). */
@Injectable()
export class UserSearch {
  constructor(
    private readonly env: EnvConfig,
    private readonly db: Database,
    private readonly documents: UserDocuments,
    private readonly postgresql: PostgresqlUserIndex,
    private readonly elasticsearch: ElasticsearchUserIndex,
  ) {}

  /** Throws SearchDisabled when the project has no search or no credentials for it, and InvalidCursor. */
  async search(ctx: ProjectContext, query: UserSearchQuery): Promise<UserSearchPage> {
    const index = this.indexOf(ctx);
    if (!index) throw searchDisabled();
    return index.search(ctx, query);
  }

  /** Brings documents up to date, at most 500 at once; users who are gone lose theirs. Without search the users only stop being due. */
  async reindex(ctx: ProjectContext, userIds: readonly string[]): Promise<void> {
    const ids = [...new Set(userIds)].filter(isUuid).sort();
    if (ids.length === 0) return;
    const index = this.indexOf(ctx);
    if (index) return index.reindex(ctx, ids);
    await this.db.read(async (tx) => this.documents.clearMarks(ctx, tx, await this.documents.read(ctx, tx, ids)));
  }

  private indexOf(ctx: ProjectContext): UserIndex | undefined {
    const implementation = ctx.project.config.search.implementation ?? this.env.searchImplementation;
    if (implementation === "postgresql") return this.postgresql;
    return implementation === "elasticsearch" && this.elasticsearch.hasCredentials(ctx) ? this.elasticsearch : undefined;
  }
}
