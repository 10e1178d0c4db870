import { Injectable } from "@nestjs/common";
import { duplicatedDomain } from "@gatehouse/domain-errors";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { ProjectRegistry, ProjectTables, type StoredProject } from "@gatehouse/service-project-registry";
import { chooseDomains, type ProjectDomain } from "../rules/choose-domains.js";
import { CompileFiles } from "./compile-files.js";

/** What to publish: `edit` gets the project in force and says what its files shall be; it runs again when another publisher was faster. */
export interface Publication {
  id: string;
  edit(current: StoredProject | undefined): ReadonlyMap<string, Buffer> | Promise<ReadonlyMap<string, Buffer>>;
  /** Keep the hosts in force instead of deriving them from the public origin. */
  keepDomains?: boolean;
  /** More rows of the same transaction. */
  alsoWrite?(tx: Tx, created: boolean): Promise<void>;
}

/** What was published. */
export interface Published {
  created: boolean;
  version: number;
  publicOrigin: string;
  files: ReadonlyMap<string, Buffer>;
}

const ATTEMPTS = 5;

/** The one way files of a project change: complete, compile, write in one transaction, tell every process. Nothing is written unless everything compiles. */
@Injectable()
export class PublishProject {
  constructor(
    private readonly db: Database,
    private readonly env: EnvConfig,
    private readonly store: ProjectTables,
    private readonly registry: ProjectRegistry,
    private readonly compile: CompileFiles,
  ) {}

  /** Throws Invalid/ValidationFailed with the causes, AlreadyExists/DuplicatedDomain, and what `edit` throws. */
  async run(publication: Publication): Promise<Published> {
    for (let attempt = 1; ; attempt++) {
      const current = await this.db.read((tx) => this.store.load(tx, publication.id));
      const edited = await publication.edit(current);
      const { files, compiled } = await this.compile.run(edited, current);
      const publicOrigin = compiled.config.http.public_origin;
      const domains = publication.keepDomains && current ? undefined : chooseDomains(publication.id, publicOrigin, this.env);
      const version = await this.write(publication, { current, files, publicOrigin, domains });
      if (version !== undefined) {
        await this.registry.invalidate(
          publication.id,
          domains?.map(({ domain }) => domain),
        );
        return { created: current === undefined, version, publicOrigin, files };
      }
      if (attempt === ATTEMPTS) throw new Error(`project ${publication.id} is being changed too often to be published`);
    }
  }

  /** The new version, or undefined when the project changed since `current` was read. */
  private write(
    publication: Publication,
    next: { current: StoredProject | undefined; files: Map<string, Buffer>; publicOrigin: string; domains: ProjectDomain[] | undefined },
  ): Promise<number | undefined> {
    const { id } = publication;
    return this.db.transaction(async (tx) => {
      if (next.current === undefined) {
        if (!(await this.store.insert(tx, id))) return undefined;
      } else if ((await this.store.lock(tx, id))?.version !== next.current.version) return undefined;
      const version = await this.store.replaceFiles(tx, { id, publicOrigin: next.publicOrigin }, next.files);
      if (next.domains && (await this.store.replaceDomains(tx, id, next.domains)).length > 0) throw duplicatedDomain();
      await publication.alsoWrite?.(tx, next.current === undefined);
      return version;
    });
  }
}
