import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { type TestModule, type TestProject, testModule } from "@gatehouse/platform-testing";
import { Accounts } from "@gatehouse/record-accounts";
import { type ImportReport, type ImportRequest, ReadImport, type RecordDetail, StartImport, UserImportModule } from "../src/index.js";
import { RunImportTask } from "../src/use-cases/run-import-task.js";

/** Imports and looks at what is there afterwards. */
export class ImportClient {
  private constructor(readonly module: TestModule) {}

  static async open(): Promise<ImportClient> {
    return new ImportClient(await testModule([UserImportModule]));
  }

  get tasks(): RunImportTask {
    return this.module.get(RunImportTask);
  }

  start(ctx: ProjectContext, request: ImportRequest) {
    return this.module.get(StartImport).run(ctx, request);
  }

  read(ctx: ProjectContext, id: string): Promise<ImportReport> {
    return this.module.get(ReadImport).run(ctx, id);
  }

  /** The lines of an import after a worker has done it. */
  async run(ctx: ProjectContext, request: ImportRequest): Promise<RecordDetail[]> {
    const { id } = await this.start(ctx, request);
    while ((await this.tasks.run(ctx, id)) !== undefined);
    return (await this.read(ctx, id)).details ?? [];
  }

  /** One record by email. */
  async one(ctx: ProjectContext, record: Record<string, unknown>, more: Partial<ImportRequest> = {}): Promise<RecordDetail> {
    return (await this.run(ctx, { identifier: "email", ...more, records: [record] }))[0] as RecordDetail;
  }

  async facts({ ctx, db }: TestProject, userId: string | undefined) {
    const [facts] = await db.read((tx) => this.module.get(Accounts).facts(ctx, tx, [userId as string]));
    if (!facts) throw new Error("no such user");
    return facts;
  }

  async users({ ctx, db }: TestProject): Promise<number> {
    const row = await db.read((tx) => tx.queryOne<{ n: number }>("select count(*)::int as n from auth_user where project_id = $1", [ctx.project.id]));
    return row?.n ?? 0;
  }
}

/** Makes roles and groups. */
export async function makeKeys({ ctx, db }: TestProject, { roles = [], groups = [] }: { roles?: string[]; groups?: string[] }): Promise<void> {
  const insert = (tx: Tx, table: string, key: string) =>
    tx.query(`insert into ${table} (project_id, id, key, created_at, updated_at) values ($1, gen_random_uuid(), $2, now(), now())`, [ctx.project.id, key]);
  await db.read(async (tx) => {
    for (const key of roles) await insert(tx, "auth_role", key);
    for (const key of groups) await insert(tx, "auth_group", key);
  });
}
