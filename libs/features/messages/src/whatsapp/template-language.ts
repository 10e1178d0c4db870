import type { ProjectContext } from "@gatehouse/domain-project";
import { matchLanguage } from "@gatehouse/domain-events";

const toTag = (language: string): string => language.replaceAll("_", "-");

/** The language of a template, as WhatsApp writes it: by the reader's, else by the project's, else the template's first (spec: messaging §6.2). */
export function templateLanguage(ctx: ProjectContext, languages: readonly string[], locales: readonly string[]): string {
  const { fallback_language, supported_languages } = ctx.project.config.localization;
  const byTag = new Map(languages.map((language) => [toTag(language), language]));
  const tags = [...byTag.keys()];
  const projects = [...(fallback_language ? [fallback_language] : []), ...(supported_languages ?? [])];
  const best = matchLanguage(locales, tags, "") || matchLanguage(projects, tags, "");
  return byTag.get(best) ?? languages[0] ?? "en";
}

/** The parts of an authentication template: the code in the text, and in the button that copies it. */
export const codeComponents = (code: string): unknown[] => [
  { type: "body", parameters: [{ type: "text", text: code }] },
  { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: code }] },
];
