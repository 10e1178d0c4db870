import { Controller, Get, Header } from "@nestjs/common";
import { providerMetadata } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, publicJwk } from "@gatehouse/platform-crypto";
import { Access, Ctx } from "@gatehouse/platform-http";

/** Discovery and keys: the same for everyone, open to every origin (spec: oauth-oidc §3). */
@Access("public")
@Controller()
export class MetadataController {
  @Get([".well-known/openid-configuration", ".well-known/oauth-authorization-server"])
  @Header("access-control-allow-origin", "*")
  metadata(@Ctx() ctx: ProjectContext): Record<string, unknown> {
    return providerMetadata(ctx.project.config.http.public_origin);
  }

  @Get("oauth2/jwks")
  @Header("access-control-allow-origin", "*")
  keys(@Ctx() ctx: ProjectContext): { keys: object[] } {
    const keys = (ctx.project.secrets.oauth?.keys ?? []) as KeyJwk[];
    const shown = keys.map((key) => ({ key, shown: publicJwk(key) })).filter((one) => one.shown !== undefined);
    return { keys: shown.map(({ key, shown: jwk }) => ({ ...jwk, ...(key.created_at === undefined ? {} : { created_at: key.created_at }) })) };
  }
}
