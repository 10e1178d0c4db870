import { Injectable, type OnModuleDestroy } from "@nestjs/common";
import type { Project } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { RedisConnection } from "@gatehouse/platform-redis";
import { LRUCache } from "lru-cache";
import { compileStoredProject } from "./compile-stored-project.js";
import { LoadingCache } from "./loading-cache.js";
import { ProjectChanges } from "./project-changes.js";
import { withRegisteredClients } from "./with-registered-clients.js";
import { ProjectTables } from "./store/project-tables.js";

const COMPILED_PROJECTS = 500;
const KNOWN_HOSTS = 5_000;
const UNKNOWN_HOSTS = 10_000;
const UNKNOWN_HOST_MS = 60_000;
/** A safety net under the change messages: after this a project is read again. */
const PROJECT_MS = 10 * 60_000;
const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** What a host leads to; `id` is absent for a host of no project. */
interface HostEntry {
  readonly id?: string;
}

/**
 * Host or id → project, compiled once per version. Memory is bounded by the projects in use; a change published by any process is seen here within a second.
 * A warm look-up does no input or output.
 */
@Injectable()
export class ProjectRegistry implements OnModuleDestroy {
  private readonly store = new ProjectTables();
  private readonly projects = new LoadingCache(new LRUCache<string, Project>({ max: COMPILED_PROJECTS, ttl: PROJECT_MS }));
  private readonly hosts = new LoadingCache(new LRUCache<string, HostEntry>({ max: KNOWN_HOSTS, ttl: PROJECT_MS }));
  private readonly unknownHosts = new LRUCache<string, true>({ max: UNKNOWN_HOSTS, ttl: UNKNOWN_HOST_MS });
  private readonly changes: ProjectChanges;
  /** Rises with every change heard, so that a look-up begun before it is not remembered after it. */
  private epoch = 0;

  constructor(
    private readonly db: Database,
    redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {
    this.changes = new ProjectChanges(redis, { changed: (id, hosts) => this.drop(id, hosts), reconnected: () => this.clear() });
  }

  /** The project of a host (without port), or undefined. Throws only when the database fails or the stored files do not compile. */
  async byHost(host: string): Promise<Project | undefined> {
    if (host === "" || host.length > 253 || this.unknownHosts.get(host)) return undefined;
    if (this.env.devMode && this.env.defaultProjectId !== "" && LOCAL_HOSTS.has(host)) return this.byId(this.env.defaultProjectId);
    const entry = await this.hosts.get(host, () => this.findHost(host));
    return entry?.id === undefined ? undefined : this.byId(entry.id);
  }

  /** The project of an id, or undefined. Same errors as `byHost`. */
  byId(id: string): Promise<Project | undefined> {
    return this.projects.get(id, async () => {
      const stored = await this.db.read((tx) => this.store.load(tx, id));
      if (!stored) return undefined;
      const compiled = compileStoredProject(stored, this.env);
      return this.db.read((tx) => withRegisteredClients(tx, compiled));
    });
  }

  /** Drops the project here at once and in every process. `hosts` are those the change added; call it after the commit. */
  async invalidate(id: string, hosts: readonly string[] = []): Promise<void> {
    this.drop(id, hosts);
    await this.changes.publish(id, hosts);
  }

  /** Resolves when changes of other processes are being heard. */
  ready(): Promise<void> {
    return this.changes.ready();
  }

  /** Entries held, for metrics and tests. */
  get sizes(): { projects: number; hosts: number; unknownHosts: number } {
    return { projects: this.projects.size, hosts: this.hosts.size, unknownHosts: this.unknownHosts.size };
  }

  onModuleDestroy(): void {
    this.changes.close();
  }

  private async findHost(host: string): Promise<HostEntry | undefined> {
    const suffix = this.env.appHostSuffix;
    const id = suffix !== "" && host.endsWith(suffix) ? host.slice(0, -suffix.length) : undefined;
    const { epoch } = this;
    const found = await this.db.read((tx) => this.store.idOfHost(tx, host, id));
    if (found === undefined && epoch === this.epoch) this.unknownHosts.set(host, true);
    return found === undefined ? undefined : { id: found };
  }

  private drop(id: string, hosts: readonly string[]): void {
    this.epoch += 1;
    this.projects.drop(id);
    this.hosts.dropWhere((entry) => entry.id === id);
    for (const host of [...hosts, id + this.env.appHostSuffix]) this.unknownHosts.delete(host);
  }

  private clear(): void {
    this.epoch += 1;
    this.projects.clear();
    this.hosts.clear();
    this.unknownHosts.clear();
  }
}
