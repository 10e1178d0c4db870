import { validationFailed } from "@gatehouse/domain-errors";
import { parse } from "yaml";

/** The id in `authgear.yaml` is that of the project. Other faults of the text are left to the compiler. Throws ValidationFailed. */
export function checkSameId(id: string, config: string): void {
  let written: unknown;
  try {
    written = (parse(config, { maxAliasCount: 100, logLevel: "silent" }) as { id?: unknown } | null)?.id;
  } catch {
    return;
  }
  if (typeof written === "string" && written !== id)
    throw validationFailed([{ location: "/id", kind: "general", details: { msg: `id must be '${id}'` } }], "invalid authgear.yaml");
}
