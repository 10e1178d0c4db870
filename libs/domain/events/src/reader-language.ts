import type { ProjectConfig } from "@gatehouse/domain-config";

/** The best of the supported languages for the preferred ones: exact tag, then same base language, then the fallback. */
export function matchLanguage(preferred: readonly string[], supported: readonly string[], fallback: string): string {
  const base = (tag: string) => tag.toLowerCase().split("-")[0];
  for (const wanted of preferred) {
    const hit = supported.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ?? supported.find((tag) => base(tag) === base(wanted));
    if (hit !== undefined) return hit;
  }
  return fallback;
}

/** The languages that people of a project may have, and the one for everybody else. */
export function projectLanguages({ fallback_language: fallback = "en", supported_languages: supported = [fallback] }: ProjectConfig["localization"]): {
  fallback: string;
  supported: readonly string[];
} {
  return { fallback, supported };
}

/** Whose languages, and those a project has something in. */
interface Reading {
  localization: ProjectConfig["localization"];
  /** Preferred languages in order. */
  locales: readonly string[];
  /** Whether the project has it in this language. */
  exists: (language: string) => boolean;
}

/** The language in which somebody gets one of a project's files: his own, else the project's fallback, else English, else whatever there is (spec: project configuration §9). */
export function readerLanguage({ localization, locales, exists }: Reading): string | undefined {
  const { fallback, supported } = projectLanguages(localization);
  const found = [...new Set([...supported, fallback, "en"])].filter(exists);
  const last = [fallback, "en"].find((language) => found.includes(language)) ?? found[0];
  const candidates = found.filter((language) => supported.includes(language));
  return matchLanguage(locales, candidates, "") || last;
}
