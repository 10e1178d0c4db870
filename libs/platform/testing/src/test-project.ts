import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { asProjectId, type Project, type ProjectContext } from "@gatehouse/domain-project";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { testModule } from "./test-module.js";
import { testSecrets } from "./test-keys.js";
import { type TestPlatform, testPlatform } from "./test-platform.js";

/** What a test's project has beside its id and keys. */
export interface TestProjectOptions {
  /** Sections of `authgear.yaml` beside `id` and `http`. */
  config?: Record<string, unknown>;
  /** Secret items that replace or add to the generated ones. */
  secrets?: { key: string; data: unknown }[];
  /** `authgear.features.yaml`. */
  features?: Record<string, unknown>;
  /** Other files: path -> text. */
  resources?: Record<string, string>;
}

/** A project of one test: its own id, host, keys and users. */
export interface TestProject extends TestPlatform {
  ctx: ProjectContext;
  project: Project;
  /** Host header that leads to the project. */
  host: string;
  /** The same context with some parts replaced. */
  with(change: Partial<ProjectContext>): ProjectContext;
}

let registry: Promise<ProjectRegistry> | undefined;

/** Stores a project with a random id and returns its context; nothing needs cleaning up. */
export async function testProject(options: TestProjectOptions = {}): Promise<TestProject> {
  const platform = await testPlatform();
  const id = `t${randomBytes(8).toString("hex")}`;
  const host = `${id}.localhost`;
  const config = { id, http: { public_origin: `http://${host}`, cookie_domain: host }, ...options.config };
  const generated = testSecrets().secrets.filter((item) => !options.secrets?.some((own) => own.key === item.key));
  const files: Record<string, string> = {
    "authgear.yaml": stringify(config),
    "authgear.secrets.yaml": stringify({ secrets: [...generated, ...(options.secrets ?? [])] }),
    ...(options.features ? { "authgear.features.yaml": stringify(options.features) } : {}),
    ...options.resources,
  };
  await platform.db.transaction(async (tx) => {
    await tx.query("insert into project (id) values ($1)", [id]);
    for (const [path, content] of Object.entries(files))
      await tx.query("insert into project_file (project_id, path, content) values ($1, $2, $3)", [id, path, Buffer.from(content)]);
    await tx.query("insert into project_domain (domain, project_id) values ($1, $2)", [host, id]);
  });
  registry ??= testModule([]).then((module) => module.get(ProjectRegistry));
  const project = await (await registry).byId(asProjectId(id));
  if (!project) throw new Error(`project ${id} was stored but not found`);
  const ctx = buildContext({
    project,
    request: { id: "test", method: "POST", url: `http://${host}/`, ip: `10.${[...randomBytes(3)].join(".")}`, userAgent: "test", publicOrigin: `http://${host}`, locales: ["en"] },
    actor: { type: "user" },
    log: platform.resources.log,
  });
  return { ...platform, ctx, project, host, with: (change) => Object.freeze({ ...ctx, ...change }) };
}
