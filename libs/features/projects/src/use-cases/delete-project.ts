import { Injectable } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import { RedisConnection } from "@gatehouse/platform-redis";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { ProjectRegistry, ProjectTables } from "@gatehouse/service-project-registry";

const SCAN_COUNT = 1000;

/** Deletes a project with everything in it: users, sessions, logs, files, kept objects; and what Redis remembers of it, so that a later project of the same id starts empty. */
@Injectable()
export class DeleteProject {
  constructor(
    private readonly db: Database,
    private readonly redis: RedisConnection,
    private readonly store: ProjectTables,
    private readonly registry: ProjectRegistry,
    private readonly objects: ObjectStores,
  ) {}

  /** Throws ProjectNotFound. When the object store does not answer nothing of the database is deleted, so that it can be tried again. */
  async run(id: string): Promise<void> {
    if (!(await this.db.read((tx) => this.store.load(tx, id)))) throw projectNotFound();
    await this.objects.deleteProject(id);
    if (!(await this.db.transaction((tx) => this.store.deleteAll(tx, id)))) throw projectNotFound();
    await this.registry.invalidate(id);
    await this.forgetKeys(id);
  }

  private async forgetKeys(id: string): Promise<void> {
    const { client } = this.redis;
    let cursor = "0";
    do {
      const [next, keys] = await client.scan(cursor, "MATCH", `app:{${id}}:*`, "COUNT", SCAN_COUNT);
      if (keys.length > 0) await client.unlink(...keys);
      cursor = next;
    } while (cursor !== "0");
  }
}
