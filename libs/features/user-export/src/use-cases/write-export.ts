import { Readable } from "node:stream";
import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { unexpectedError } from "@gatehouse/platform-errors-core";
import { Database } from "@gatehouse/platform-postgres";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { Totp } from "@gatehouse/service-totp";
import { csvHeader, csvLine } from "../rules/csv.js";
import { columnsOf } from "../rules/export-request.js";
import { exportRecord } from "../rules/export-record.js";
import { CONTENT_TYPES } from "../rules/object-names.js";
import { ExportedUsers, type PageEnd } from "../store/exported-users.read.js";
import { type ExportTask, ExportTaskStore } from "../store/export-task.store.js";

const ATTEMPTS = 3;

/** Somebody else has completed the export, or it was deleted with its project. */
class Overtaken extends Error {}

/** Writes an export page by page: the memory it takes does not grow with the number of users. */
@Injectable()
export class WriteExport {
  constructor(
    private readonly db: Database,
    private readonly tasks: ExportTaskStore,
    private readonly users: ExportedUsers,
    private readonly stores: ObjectStores,
    private readonly totp: Totp,
  ) {}

  /** Throws when it should be tried again. An export that fails, or loses its worker, three times is completed as failed. */
  async run(ctx: ProjectContext, id: string): Promise<void> {
    const begun = await this.db.read((tx) => this.tasks.begin(ctx, tx, id));
    if (!begun) return;
    try {
      if (begun.attempts > ATTEMPTS) throw new Error("the export lost its worker too often");
      await this.write(ctx, begun.task);
      const counts = await this.db.read((tx) => this.tasks.complete(ctx, tx, { id }));
      if (!counts) await this.forget(ctx, begun.task);
    } catch (error) {
      if (error instanceof Overtaken) return;
      if (begun.attempts < ATTEMPTS) throw error;
      ctx.log.error({ err: error, task: id }, "An export failed for good.");
      await this.db.read((tx) => this.tasks.complete(ctx, tx, { id, error: unexpectedError().toJSON() }));
    }
  }

  private async write(ctx: ProjectContext, task: ExportTask): Promise<void> {
    const store = this.stores.userExport;
    if (!store) throw new Error("there is no object store for exports any more");
    await store.put(ctx, { key: task.objectKey, contentType: CONTENT_TYPES[task.request.format], body: Readable.from(this.chunks(ctx, task), { objectMode: false }) });
  }

  private async *chunks(ctx: ProjectContext, { id, request }: ExportTask): AsyncGenerator<Buffer> {
    const columns = request.format === "csv" ? columnsOf(ctx.project.config, request) : undefined;
    if (columns) yield Buffer.from(csvHeader(columns));
    let after: PageEnd | undefined;
    do {
      const { users, end } = await this.db.read(async (tx) => {
        if (!(await this.tasks.touch(ctx, tx, id))) throw new Overtaken();
        return this.users.page(ctx, tx, after);
      });
      const records = users.map((facts) => exportRecord(ctx, facts, this.totp));
      if (records.length > 0) yield Buffer.from(records.map((record) => (columns ? csvLine(columns, record) : `${JSON.stringify(record)}\n`)).join(""));
      after = end;
    } while (after);
  }

  /** A file that nobody will ever ask for. */
  private async forget(ctx: ProjectContext, { id, objectKey }: ExportTask): Promise<void> {
    const kept = await this.db.read((tx) => this.tasks.byId(ctx, tx, id));
    if (!kept) await this.stores.userExport?.delete(ctx, objectKey);
  }
}
