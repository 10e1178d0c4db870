import { ReindexUserSet, UserIndexModule } from "@gatehouse/feature-user-index";
import { asProjectId } from "@gatehouse/domain-project";
import { readEnv } from "@gatehouse/platform-env";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { openResources, RuntimeModule } from "@gatehouse/service-runtime";
import { NestFactory } from "@nestjs/core";
import type { Command } from "commander";

/** The project that a command names does not exist; the message is for people. */
export class SearchCommandFailed extends Error {}

const request = { id: "search", method: "", url: "", ip: "", userAgent: "", publicOrigin: "", locales: [] };

/** `gatehouse search reindex <project>` (spec: operations §6): has the worker index every user of a project, whichever engine it uses. */
export async function reindexProject(id: string): Promise<void> {
  const resources = await openResources(readEnv(process.env), "search");
  const root = { module: class SearchRoot {}, imports: [RuntimeModule.forRoot(resources), UserIndexModule] };
  try {
    const nest = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
    const project = await nest.get(ProjectRegistry, { strict: false }).byId(asProjectId(id));
    if (project) await nest.get(ReindexUserSet, { strict: false }).all(buildContext({ project, request, actor: { type: "system" }, log: resources.log }));
    await nest.close();
    if (!project) throw new SearchCommandFailed(`There is no project ${id}.`);
    console.log(`the users of ${id} are queued for indexing`);
  } finally {
    await resources.close();
  }
}

/** Adds `gatehouse search ...`. */
export function addSearchCommands(gatehouse: Command): void {
  const search = gatehouse.command("search").description("user search");
  search.command("reindex").argument("<project>").description("index every user of a project again, say after search.implementation changed").action(reindexProject);
}
