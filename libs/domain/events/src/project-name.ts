import type { ProjectContext } from "@gatehouse/domain-project";
import { matchLanguage, projectLanguages } from "./reader-language.js";

function nameIn(ctx: ProjectContext, language: string): string | undefined {
  const bytes = ctx.project.resources.get(`templates/${language}/translation.json`);
  if (!bytes) return undefined;
  try {
    const name = (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null)?.["app.name"];
    return typeof name === "string" && name.trim() !== "" ? name : undefined;
  } catch {
    return undefined; // those who send messages report the broken file
  }
}

/** What a project is called in the reader's language: its translated `app.name`, else that of its fallback language, else its id (spec: auth UI §12). */
export function projectName(ctx: ProjectContext): string {
  const { fallback, supported } = projectLanguages(ctx.project.config.localization);
  const language = matchLanguage(ctx.request.locales, supported, fallback);
  return nameIn(ctx, language) ?? nameIn(ctx, fallback) ?? ctx.project.id;
}
