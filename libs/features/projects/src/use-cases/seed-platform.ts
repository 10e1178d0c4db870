import { Injectable } from "@nestjs/common";
import { checkLoginId } from "@gatehouse/domain-identity";
import type { Project, ProjectContext } from "@gatehouse/domain-project";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import { buildContext, ProjectRegistry, ProjectTables } from "@gatehouse/service-project-registry";
import { accountsConfig, demoConfig, onCurrentPorts } from "../rules/seed-files.js";
import { CONFIG_PATH } from "./edit-config.js";
import { PublishProject } from "./publish-project.js";

/** What a developer needs to try the platform. */
export interface Seeded {
  demoUser: { email: string; password: string };
}

const DEMO_USER = { email: "demo@example.com", password: "gatehouse-demo" };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Makes the projects of a fresh development machine, where they are missing: the portal's own and the default one, each with the demo user. */
@Injectable()
export class SeedPlatform {
  constructor(
    private readonly env: EnvConfig,
    private readonly db: Database,
    private readonly registry: ProjectRegistry,
    private readonly projects: ProjectTables,
    private readonly publish: PublishProject,
    private readonly accounts: Accounts,
    private readonly identities: IdentityStore,
    private readonly hasher: PasswordHasher,
  ) {}

  /** Safe to run at every start. */
  async run(): Promise<Seeded> {
    const [portal, demo] = await Promise.all([
      this.ensureProject(this.env.portalAuthgearAppId, accountsConfig(this.env)),
      this.ensureProject(this.env.defaultProjectId, demoConfig(this.env.defaultProjectId, this.env)),
    ]);
    const [developerId] = await Promise.all([this.ensureUser(portal), this.ensureUser(demo)]);
    await this.db.read((tx) => this.projects.addCollaborator(tx, { projectId: demo.id, userId: developerId, role: "owner" }));
    return { demoUser: DEMO_USER };
  }

  private async ensureProject(id: string, config: string): Promise<Project> {
    const stored = await this.db.read((tx) => this.projects.file(tx, id, CONFIG_PATH));
    const text = stored === undefined ? config : onCurrentPorts(stored.toString("utf8"), this.env);
    if (text !== stored?.toString("utf8")) await this.publish.run({ id, edit: (current) => new Map([...(current?.files ?? []), [CONFIG_PATH, Buffer.from(text)]]) });
    const project = await this.registry.byId(id);
    if (!project) throw new Error(`the project ${id} was made but is not there`);
    return project;
  }

  /** The id of the demo user in a project. */
  private async ensureUser(project: Project): Promise<string> {
    const origin = project.config.http.public_origin;
    const ctx: ProjectContext = buildContext({
      project,
      request: { id: "seed", method: "", url: origin, ip: "", userAgent: "", publicOrigin: origin, locales: [] },
      actor: { type: "system" },
      log: silent,
    });
    const loginId = checkLoginId(project, { key: "email", value: DEMO_USER.email });
    const [existing] = await this.db.read((tx) => this.identities.byLoginId(ctx, tx, [loginId.uniqueKey]));
    if (existing) return existing.userId;
    const passwordHash = await this.hasher.hash(DEMO_USER.password);
    const account = { loginIds: [loginId], passwordHash, verified: [{ name: "email" as const, value: loginId.value }], standardAttributes: { name: "Demo User" } };
    return (await this.db.transaction((tx) => this.accounts.create(ctx, tx, account))).user.id;
  }
}
