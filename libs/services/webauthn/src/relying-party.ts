import { projectName } from "@gatehouse/domain-events";
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

/** The name of the project in the reader's language: the translated `app.name`, else its id. */
export const relyingPartyName = (ctx: ProjectContext): string => projectName(ctx);
