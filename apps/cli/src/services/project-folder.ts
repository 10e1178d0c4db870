import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { OperatorCallFailed } from "./operator-client.js";

/** Files of a project as the operator API takes and gives them. */
export interface ProjectFiles {
  [path: string]: string | { base64: string };
}

function toContent(bytes: Buffer): string | { base64: string } {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { base64: bytes.toString("base64") };
  }
}

/** Reads every file below a folder, hidden ones left out. */
export async function readProjectFolder(folder: string): Promise<ProjectFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new OperatorCallFailed(`There is no folder ${folder}.`);
  });
  const files: ProjectFiles = {};
  for (const entry of entries) {
    const full = path.join(entry.parentPath, entry.name);
    const relative = path.relative(folder, full).split(path.sep).join("/");
    if (entry.isFile() && !relative.split("/").some((part) => part.startsWith("."))) files[relative] = toContent(await readFile(full));
  }
  if (!files["authgear.yaml"]) throw new OperatorCallFailed(`${folder} has no authgear.yaml.`);
  return files;
}

/** Writes files below a folder; secrets are readable by the owner alone. Paths that would leave the folder are refused. */
export async function writeProjectFolder(folder: string, files: ProjectFiles): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const full = path.resolve(folder, name);
    if (!full.startsWith(path.resolve(folder) + path.sep)) throw new OperatorCallFailed(`The path ${name} leads out of ${folder}.`);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, typeof content === "string" ? content : Buffer.from(content.base64, "base64"), { mode: name === "authgear.secrets.yaml" ? 0o600 : 0o644 });
  }
}
