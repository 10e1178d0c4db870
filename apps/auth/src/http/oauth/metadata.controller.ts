import { Controller, Get } from "@nestjs/common";
import { providerMetadata } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type KeyJwk, publicJwk } from "@gatehouse/platform-crypto";
import { Access, Ctx } from "@gatehouse/platform-http";

/** Discovery and keys: the same for everyone, open to every origin (spec: oauth-oidc §3). */
@Access("public")
@Controller()
export class MetadataController {
  /** By the project's secrets, which are one object for as long as they stay the same. */
  private readonly known = new WeakMap<object, KeyJwk[]>();

  @Get([".well-known/openid-configuration", ".well-known/oauth-authorization-server"])
  metadata(@Ctx() ctx: ProjectContext): Record<string, unknown> {
    return providerMetadata({ config: ctx.project.config, signingAlgorithms: this.published(ctx).map(({ alg }) => String(alg)) });
  }

  @Get("oauth2/jwks")
  keys(@Ctx() ctx: ProjectContext): { keys: object[] } {
    return { keys: this.published(ctx) };
  }

  /** The public half of every key, in their order: index 0 signs, all verify. */
  private published(ctx: ProjectContext): KeyJwk[] {
    const { secrets } = ctx.project;
    const shown = this.known.get(secrets) ?? ((secrets.oauth?.keys ?? []) as KeyJwk[]).flatMap(shownKey);
    this.known.set(secrets, shown);
    return shown;
  }
}

function shownKey(key: KeyJwk): KeyJwk[] {
  const shown = publicJwk(key);
  return shown ? [{ ...shown, ...(key.created_at === undefined ? {} : { created_at: key.created_at }) }] : [];
}
