import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";

/** The subject of an ID token of this project, however old; undefined when it is malformed or not signed by the project. `exp`, `iss` and `aud` are not looked at (spec: authentication flow §6.1). */
export async function subjectOfIdToken(ctx: ProjectContext, idToken: string): Promise<string | undefined> {
  const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
  const claims = await verifyJwt(keys, idToken, { typ: "JWT", currentDate: new Date(0) });
  return typeof claims?.sub === "string" && claims.sub !== "" ? claims.sub : undefined;
}
