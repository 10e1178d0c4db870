import { readerLanguage } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";

/** A text, and the language it is written in. */
export interface FoundText {
  text: string;
  /** BCP 47. */
  language: string;
}

/** Reads the texts of one message in the reader's best language: the project's files over the built-in English ones (spec: messaging §8.4–8.6). */
export class MessageResources {
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly ctx: ProjectContext,
    private readonly locales: readonly string[],
  ) {}

  /** A template file's text; `builtIn` is the English one. */
  template(file: string, builtIn: string | undefined): FoundText | undefined {
    return this.best((language) => this.file(`templates/${language}/messages/${file}`), builtIn);
  }

  /** A translated text; `builtIn` is the English one. */
  translation(key: string, builtIn?: string): FoundText | undefined {
    return this.best((language) => this.translations(language)[key], builtIn);
  }

  private best(read: (language: string) => string | undefined, builtIn: string | undefined): FoundText | undefined {
    const textIn = (language: string): string | undefined => read(language) ?? (language === "en" ? builtIn : undefined);
    const { localization } = this.ctx.project.config;
    const language = readerLanguage({ localization, locales: this.locales, exists: (one) => textIn(one) !== undefined });
    const text = language === undefined ? undefined : textIn(language);
    return text === undefined || language === undefined ? undefined : { text, language };
  }

  private file(path: string): string | undefined {
    const bytes = this.ctx.project.resources.get(path);
    return bytes && this.decoder.decode(bytes);
  }

  /** Only texts: whatever else the file holds is left alone. */
  private translations(language: string): Record<string, string> {
    const text = this.file(`templates/${language}/translation.json`);
    if (text === undefined) return {};
    try {
      const texts = JSON.parse(text) as Record<string, unknown> | null;
      return Object.fromEntries(Object.entries(texts ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    } catch {
      this.ctx.log.warn({ language }, "translation.json is not JSON; the built-in texts are used.");
      return {};
    }
  }
}
