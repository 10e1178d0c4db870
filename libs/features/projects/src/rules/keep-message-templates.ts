import { validationFailed } from "@gatehouse/domain-errors";
import { messagePathKind } from "./check-message-files.js";

type Files = ReadonlyMap<string, Buffer>;

const SUBJECT = /^email\..*\.subject$/;

/**
 * The files of a project that may not have message templates of its own (feature `messaging.template_customization_disabled`; spec: messaging §8.4):
 * subjects of e-mail are left out of changed translations, and of a file that then holds nothing, nothing is kept. Files in force stay, and may be removed.
 * Throws `ValidationFailed` for templates that are new or changed.
 */
export function keepMessageTemplates(edited: Files, stored: Files | undefined): Map<string, Buffer> {
  const files = new Map(edited);
  for (const [path, content] of edited) {
    const kind = stored?.get(path)?.equals(content) ? undefined : messagePathKind(path);
    if (kind === "template") throw validationFailed([{ location: "", kind: "general", details: { msg: "customization of message templates is disabled" } }], `invalid ${path}`);
    const kept = kind === "translation" ? withoutSubjects(content) : content;
    if (kept) files.set(path, kept);
    else files.delete(path);
  }
  return files;
}

/** Undefined when nothing is left. */
function withoutSubjects(content: Buffer): Buffer | undefined {
  const texts = Object.entries(JSON.parse(content.toString("utf8")) as Record<string, unknown>);
  const kept = texts.filter(([key]) => !SUBJECT.test(key));
  if (kept.length === texts.length) return content;
  return kept.length === 0 ? undefined : Buffer.from(`${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}
