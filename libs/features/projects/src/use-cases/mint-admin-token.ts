import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";

const LIFETIME_SECONDS = 300;

/** Mints a token for the Admin API of one project (spec: admin API §1): RS256, audience the project id, five minutes. */
@Injectable()
export class MintAdminToken {
  /** `auditContext` shows up in the audit log beside what the token does. */
  async run(ctx: ProjectContext, auditContext?: Record<string, unknown>): Promise<{ token: string; expiresIn: number }> {
    const key = ctx.project.secrets["admin-api.auth"]?.keys[0];
    if (!key) throw new Error(`project ${ctx.project.id} has no Admin API key`);
    const iat = Math.floor(ctx.now().getTime() / 1000);
    const claims = { aud: [ctx.project.id], iat, exp: iat + LIFETIME_SECONDS, ...(auditContext ? { audit_context: auditContext } : {}) };
    return { token: await signJwt(key as KeyJwk, claims), expiresIn: LIFETIME_SECONDS };
  }
}
