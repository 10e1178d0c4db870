import { asProjectId, type Log, type ProjectContext } from "@gatehouse/domain-project";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { Injectable } from "@nestjs/common";
import { AuditSigner } from "../audit-signer.js";
import { checkpointDigest, type DroppedRange } from "../rules/checkpoint.js";
import { type ChainHead, AuditChainStore } from "../store/audit-chain.store.js";
import { AuditCheckpointStore } from "../store/audit-checkpoint.store.js";

/** Projects of one run; the next run takes the others. */
const PROJECTS = 2_000;

/** Signs where each chain stands, of all projects that have new rows. */
@Injectable()
export class SignCheckpoints {
  constructor(
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly chain: AuditChainStore,
    private readonly checkpoints: AuditCheckpointStore,
    private readonly signer: AuditSigner,
  ) {}

  /** How many were signed. The log line of each carries it, so that copies of the logs hold it outside of the database. */
  async run(log: Log): Promise<number> {
    const due = await this.db.read((tx) =>
      tx.query<{ id: string }>("select project_id as id from audit_chain where position > checkpoint_position order by project_id limit $1", [PROJECTS]),
    );
    let signed = 0;
    for (const { id } of due) {
      try {
        const ctx = await this.contextOf(id, log);
        if (ctx && (await this.db.transaction((tx) => this.ofProject(ctx, tx)))) signed += 1;
      } catch (err) {
        log.error({ err, project_id: id }, "The audit log of a project could not be signed; it is tried again.");
      }
    }
    return signed;
  }

  /** A checkpoint of one project, if it has rows that none covers, or if rows are about to be dropped. Holds the head of the chain. */
  async ofProject(ctx: ProjectContext, tx: Tx, dropped: readonly DroppedRange[] = []): Promise<boolean> {
    const head = await this.chain.lockHead(ctx, tx);
    if (head.position <= head.checkpointPosition && dropped.length === 0) return false;
    const jws = await this.sign(ctx, tx, { head, dropped });
    tx.afterCommit(() => ctx.log.info({ project_id: ctx.project.id, position: head.position, checkpoint: jws }, "The audit log was signed."));
    return true;
  }

  /** The context of a job on a project; undefined when it is gone. */
  async contextOf(id: string, log: Log): Promise<ProjectContext | undefined> {
    const project = await this.registry.byId(asProjectId(id));
    if (!project) return undefined;
    return buildContext({ project, request: { id: "audit-log", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] }, actor: { type: "system" }, log });
  }

  private async sign(ctx: ProjectContext, tx: Tx, { head, dropped }: { head: ChainHead; dropped: readonly DroppedRange[] }): Promise<string> {
    const newest = await this.checkpoints.newest(ctx, tx);
    const number = (newest?.number ?? 0) + 1;
    const createdAt = ctx.now();
    const signed = await this.signer.sign(ctx, {
      project_id: ctx.project.id,
      number,
      position: head.position,
      hash: head.hash.toString("base64url"),
      previous: newest ? checkpointDigest(newest.jws) : "",
      iat: Math.floor(createdAt.getTime() / 1000),
      ...(dropped.length > 0 ? { dropped: [...dropped] } : {}),
    });
    await this.checkpoints.insert(ctx, tx, { number, position: head.position, createdAt, ...signed });
    await this.chain.setCheckpointPosition(ctx, tx, head.position);
    return signed.jws;
  }
}
