import { matchLanguage } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";

/** Reads the texts of one message in the reader's best language: the project's files over the built-in English ones (spec: messaging §8.4–8.6). */
export class MessageResources {
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly ctx: ProjectContext,
    private readonly locales: readonly string[],
  ) {}

  /** A template file's text; `builtIn` is the English one. */
  template(file: string, builtIn: string | undefined): string | undefined {
    return this.best((language) => this.file(`templates/${language}/messages/${file}`), builtIn);
  }

  /** A translated text; `builtIn` is the English one. */
  translation(key: string, builtIn?: string): string | undefined {
    return this.best((language) => this.translations(language)[key], builtIn);
  }

  /** A text that only the project itself may say, in any language. */
  own(key: string): string | undefined {
    return this.translation(key) || undefined;
  }

  private best(read: (language: string) => string | undefined, builtIn: string | undefined): string | undefined {
    const { localization } = this.ctx.project.config;
    const fallback = localization.fallback_language ?? "en";
    const supported = localization.supported_languages ?? [fallback];
    const found = new Map<string, string>();
    for (const language of new Set([...supported, fallback, "en"])) {
      const text = read(language) ?? (language === "en" ? builtIn : undefined);
      if (text !== undefined) found.set(language, text);
    }
    const last = found.get(fallback) ?? found.get("en") ?? builtIn;
    const language = matchLanguage(
      this.locales,
      [...found.keys()].filter((name) => supported.includes(name)),
      "",
    );
    return language === "" ? (last ?? [...found.values()][0]) : found.get(language);
  }

  private file(path: string): string | undefined {
    const bytes = this.ctx.project.resources.get(path);
    return bytes && this.decoder.decode(bytes);
  }

  private translations(language: string): Record<string, string> {
    const text = this.file(`templates/${language}/translation.json`);
    if (text === undefined) return {};
    try {
      return JSON.parse(text) as Record<string, string>;
    } catch {
      this.ctx.log.warn({ language }, "translation.json is not JSON; the built-in texts are used.");
      return {};
    }
  }
}
