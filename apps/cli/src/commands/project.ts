import type { Command } from "commander";
import { parse } from "yaml";
import { callOperator, OperatorCallFailed } from "../services/operator-client.js";
import { type ProjectFiles, readProjectFolder, writeProjectFolder } from "../services/project-folder.js";

interface PortalOption {
  portal: string;
}

function idOf(files: ProjectFiles): string {
  const text = files["authgear.yaml"];
  const id = typeof text === "string" ? (parse(text) as { id?: unknown } | null)?.id : undefined;
  if (typeof id !== "string") throw new OperatorCallFailed("authgear.yaml has no id; name the project with --id.");
  return id;
}

/** `gatehouse project apply <folder>`: creates the project or replaces its files. */
async function apply(folder: string, options: PortalOption & { id?: string }): Promise<void> {
  const files = await readProjectFolder(folder);
  const id = options.id ?? idOf(files);
  const result = await callOperator<{ created: boolean; version: number; endpoints: { public_origin: string } }>(options.portal, `projects/${encodeURIComponent(id)}`, {
    method: "PUT",
    body: { files },
  });
  console.log(`${result.created ? "created" : "replaced"} ${id} (version ${result.version}) at ${result.endpoints.public_origin}`);
}

/** `gatehouse project export <id> <folder>`: writes all files, secrets included. */
async function exportProject(id: string, folder: string, options: PortalOption): Promise<void> {
  const { files } = await callOperator<{ files: ProjectFiles }>(options.portal, `projects/${encodeURIComponent(id)}`);
  await writeProjectFolder(folder, files);
  console.log(`wrote ${Object.keys(files).length} files to ${folder}`);
}

/** `gatehouse project list`: one line for each project. */
async function list(options: PortalOption): Promise<void> {
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: "100", ...(cursor ? { cursor } : {}) });
    const page = await callOperator<{ projects: { id: string; public_origin: string }[]; next_cursor?: string }>(options.portal, `projects?${query}`);
    for (const project of page.projects) console.log(`${project.id.padEnd(32)} ${project.public_origin}`);
    cursor = page.next_cursor;
  } while (cursor);
}

/** `gatehouse project delete <id> --yes`: deletes the project with its users. */
async function remove(id: string, options: PortalOption & { yes?: boolean }): Promise<void> {
  if (!options.yes) throw new OperatorCallFailed(`This deletes ${id} with all its users; repeat with --yes.`);
  await callOperator(options.portal, `projects/${encodeURIComponent(id)}`, { method: "DELETE" });
  console.log(`deleted ${id}`);
}

/** Adds `gatehouse project ...`, which works over the operator API. */
export function addProjectCommands(gatehouse: Command): void {
  const project = gatehouse.command("project").description("create, replace, export and delete projects over the operator API");
  const origin = `http://localhost:${Number(process.env.PORT_BASE || 3000) + 3}`;
  const command = (usage: string, description: string) => project.command(usage).description(description).option("--portal <origin>", "where the portal answers", origin);
  command("apply <folder>", "create the project of a folder or replace its files").option("--id <id>", "the project; by default the id in authgear.yaml").action(apply);
  command("export <id> <folder>", "write the files of a project, secrets included").action(exportProject);
  command("list", "list projects").action(list);
  command("delete <id>", "delete a project with everything in it").option("--yes", "really").action(remove);
}
