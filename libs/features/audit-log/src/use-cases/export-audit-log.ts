import type { Log, ProjectContext } from "@gatehouse/domain-project";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { EXPORT_FORMAT, type ExportLine, rowLine } from "../rules/export-lines.js";
import { AuditChainStore } from "../store/audit-chain.store.js";
import { AuditCheckpointStore } from "../store/audit-checkpoint.store.js";
import { chainLinks } from "../store/chain-rows.read.js";
import { SignCheckpoints } from "./sign-checkpoints.js";

/** Takes one line after the other; waiting for it keeps the export from running ahead of a slow disk. */
export type WriteLine = (line: ExportLine) => void | Promise<void>;

/** The log of a project as lines that prove themselves: header with public keys, rows in the order of the chain, checkpoints. */
@Injectable()
export class ExportAuditLog {
  constructor(
    private readonly db: Database,
    private readonly chain: AuditChainStore,
    private readonly checkpoints: AuditCheckpointStore,
    private readonly signing: SignCheckpoints,
  ) {}

  /** Signs what is not signed yet, then writes one snapshot. How many rows; undefined when there is no such project. */
  async run(projectId: string, log: Log, write: WriteLine): Promise<number | undefined> {
    const ctx = await this.signing.contextOf(projectId, log);
    if (!ctx) return undefined;
    await this.db.transaction((tx) => this.signing.ofProject(ctx, tx));
    return this.db.transaction((tx) => this.write(ctx, tx, write), "REPEATABLE READ");
  }

  private async write(ctx: ProjectContext, tx: Tx, write: WriteLine): Promise<number> {
    const head = await this.chain.head(ctx, tx);
    const checkpoints = await this.checkpoints.list(ctx, tx);
    const keys = [...new Map(checkpoints.map(({ key }) => [key.kid, key])).values()];
    await write({ kind: "header", format: EXPORT_FORMAT, project_id: ctx.project.id, exported_at: ctx.now().toISOString(), position: head?.position ?? 0, keys });
    let rows = 0;
    for await (const link of chainLinks(ctx, tx)) {
      await write(rowLine(link));
      rows += 1;
    }
    for (const { jws } of checkpoints) await write({ kind: "checkpoint", jws });
    return rows;
  }
}
