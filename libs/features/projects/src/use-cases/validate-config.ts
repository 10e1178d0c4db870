import { Injectable } from "@nestjs/common";
import { validationFailed } from "@gatehouse/domain-errors";
import { ApiError } from "@gatehouse/platform-errors-core";
import { Database } from "@gatehouse/platform-postgres";
import type { Cause } from "@gatehouse/platform-schema";
import { ProjectTables } from "@gatehouse/service-project-registry";
import { CompileFiles } from "./compile-files.js";
import { EditConfig } from "./edit-config.js";

/** Says what saving a text as `authgear.yaml` would be refused for, without saving it. */
@Injectable()
export class ValidateConfig {
  constructor(
    private readonly db: Database,
    private readonly store: ProjectTables,
    private readonly edit: EditConfig,
    private readonly compile: CompileFiles,
  ) {}

  /** The causes, none when it could be saved. Throws ProjectNotFound, ResourceTooLarge. */
  async run(projectId: string, content: string): Promise<Cause[]> {
    const current = await this.db.read((tx) => this.store.load(tx, projectId));
    try {
      await this.compile.run(this.edit.run(current, { content }), current);
      return [];
    } catch (error) {
      if (error instanceof ApiError && validationFailed.is(error)) return (error.info?.causes ?? []) as Cause[];
      throw error;
    }
  }
}
