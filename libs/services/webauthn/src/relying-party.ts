import { matchLanguage } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";

/** The id of a project as a relying party: the host of the request's public origin (WebAuthn §5.1.2). */
export const relyingPartyId = (ctx: ProjectContext): string => new URL(ctx.request.publicOrigin).hostname;

/**
 * Where answers may come from: the public origin, and the entries of `http.allowed_origins` as they are written; one without scheme means https, or is an app's own
 * (`android:apk-key-hash:...`). Patterns do not count: whoever answers for a passkey is signed in.
 */
export function expectedOrigins(ctx: ProjectContext): string[] {
  const allowed = (ctx.project.config.http.allowed_origins ?? []).filter((entry) => !entry.includes("*"));
  return [new URL(ctx.request.publicOrigin).origin, ...allowed.flatMap((entry) => (/^https?:\/\//.test(entry) ? [entry] : [`https://${entry}`, entry]))];
}

function translatedName(ctx: ProjectContext, language: string): string | undefined {
  const bytes = ctx.project.resources.get(`templates/${language}/translation.json`);
  if (!bytes) return undefined;
  try {
    const name = (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null)?.["app.name"];
    return typeof name === "string" && name !== "" ? name : undefined;
  } catch {
    return undefined; // those who send messages report the broken file
  }
}

/** The name of the project in the reader's language: the translated `app.name`, else its id. */
export function relyingPartyName(ctx: ProjectContext): string {
  const { localization } = ctx.project.config;
  const fallback = localization.fallback_language ?? "en";
  const language = matchLanguage(ctx.request.locales, localization.supported_languages ?? [fallback], fallback);
  return translatedName(ctx, language) ?? translatedName(ctx, fallback) ?? ctx.project.id;
}
