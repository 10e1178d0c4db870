import type { ProjectContext } from "@gatehouse/domain-project";
import type { KeyJwk } from "@gatehouse/platform-crypto";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** A signed statement about a project's chain. */
export interface StoredCheckpoint {
  /** From 1, without gaps. */
  number: number;
  position: number;
  createdAt: Date;
  jws: string;
  /** Public half of the key that signed. */
  key: KeyJwk;
}

interface CheckpointSql {
  number: string;
  position: string;
  created_at: Date;
  jws: string;
  key: KeyJwk;
}

const COLUMNS = "number, position, created_at, jws, key";
const toCheckpoint = ({ number, position, created_at, jws, key }: CheckpointSql): StoredCheckpoint => ({
  number: Number(number),
  position: Number(position),
  createdAt: created_at,
  jws,
  key,
});

/** Table `audit_checkpoint`. */
@Injectable()
export class AuditCheckpointStore {
  async insert(ctx: ProjectContext, tx: Tx, { number, position, createdAt, jws, key }: StoredCheckpoint): Promise<void> {
    await tx.query("insert into audit_checkpoint (project_id, number, position, created_at, jws, key) values ($1, $2, $3, $4, $5, $6)", [
      ctx.project.id,
      number,
      position,
      createdAt,
      jws,
      JSON.stringify(key),
    ]);
  }

  async newest(ctx: ProjectContext, tx: Tx): Promise<StoredCheckpoint | undefined> {
    const row = await tx.queryOne<CheckpointSql>(`select ${COLUMNS} from audit_checkpoint where project_id = $1 order by number desc limit 1`, [ctx.project.id]);
    return row && toCheckpoint(row);
  }

  /** All, oldest first. */
  async list(ctx: ProjectContext, tx: Tx): Promise<StoredCheckpoint[]> {
    const rows = await tx.query<CheckpointSql>(`select ${COLUMNS} from audit_checkpoint where project_id = $1 order by number`, [ctx.project.id]);
    return rows.map(toCheckpoint);
  }
}
