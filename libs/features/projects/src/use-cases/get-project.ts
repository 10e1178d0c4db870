import { Injectable } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import { Database } from "@gatehouse/platform-postgres";
import { type ProjectRow, ProjectTables } from "@gatehouse/service-project-registry";
import type { FileContent } from "./put-project.js";

/** A project with all its files, secrets included: for the operator only. */
export interface ExportedProject extends ProjectRow {
  files: Record<string, FileContent>;
}

/** Text stays text; other bytes become base64. `PutProject` takes the result back unchanged. */
function toContent(bytes: Buffer): FileContent {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { base64: bytes.toString("base64") };
  }
}

/** Exports a project. */
@Injectable()
export class GetProject {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
  ) {}

  /** Throws ProjectNotFound. */
  async run(id: string): Promise<ExportedProject> {
    const stored = await this.db.read((tx) => this.store.load(tx, id));
    if (!stored) throw projectNotFound();
    const files = Object.fromEntries([...stored.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [path, toContent(bytes)]));
    return { ...stored, files };
  }
}
