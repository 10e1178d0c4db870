import { Injectable } from "@nestjs/common";
import { validationFailed } from "@gatehouse/domain-errors";
import { checkProjectId } from "../rules/check-project-id.js";
import { checkResource } from "../rules/check-resource.js";
import { checkSameId } from "../rules/check-same-id.js";
import { describeEndpoints, type ProjectEndpoints } from "../rules/describe-endpoints.js";
import { PublishProject } from "./publish-project.js";

/** A file on the wire: its text, or its bytes in base64 (RFC 4648 §4). */
export type FileContent = string | { base64: string };

/** Files as given, by path. */
export interface ProjectFiles {
  readonly [path: string]: FileContent;
}

/** The answer to a publication. */
export interface PutProjectResult {
  id: string;
  created: boolean;
  version: number;
  endpoints: ProjectEndpoints;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Decodes and checks the files of a request; `location` in causes points into `{"files": ...}`. */
function readFiles(files: ProjectFiles): Map<string, Buffer> {
  const read = new Map<string, Buffer>();
  for (const [path, content] of Object.entries(files)) {
    const pointer = `/files/${path.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (typeof content !== "string" && (!BASE64.test(content.base64) || content.base64.length % 4 !== 0))
      throw validationFailed([{ location: `${pointer}/base64`, kind: "format", details: { format: "base64", error: "not base64" } }], "invalid request body");
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content.base64, "base64");
    checkResource(path, bytes);
    read.set(path, bytes);
  }
  if (!read.has("authgear.yaml"))
    throw validationFailed(
      [{ location: "/files", kind: "required", details: { actual: [...read.keys()], expected: ["authgear.yaml"], missing: ["authgear.yaml"] } }],
      "invalid request body",
    );
  return read;
}

/**
 * Creates a project or replaces all its files, atomically. Missing keys and client secrets are taken from the project in force, else generated.
 * An absent secrets file keeps the one in force; every other absent file is removed.
 */
@Injectable()
export class PutProject {
  constructor(private readonly publish: PublishProject) {}

  /** Throws InvalidAppID, ValidationFailed, UnknownResource, ResourceTooLarge, UnsupportedImageFile, DuplicatedDomain; then nothing has changed. */
  async run(input: { id: string; files: ProjectFiles }): Promise<PutProjectResult> {
    const { id } = input;
    checkProjectId(id);
    const files = readFiles(input.files);
    checkSameId(id, (files.get("authgear.yaml") as Buffer).toString("utf8"));
    const { created, version, publicOrigin } = await this.publish.run({ id, edit: () => files });
    return { id, created, version, endpoints: describeEndpoints(publicOrigin) };
  }
}
