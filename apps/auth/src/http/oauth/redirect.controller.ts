import { Controller, Get, Query, Res } from "@nestjs/common";
import { checkProxyRedirect, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { Access, Ctx, type FastifyReply } from "@gatehouse/platform-http";
import { redirectToClient } from "./client-redirect.js";

/** A page of the project's own that leads on to a client, for browsers that open apps from pages alone (spec: oauth-oidc §17). */
@Access("public")
@Controller("oauth2/redirect")
export class RedirectController {
  @Get()
  async redirect(@Ctx() ctx: ProjectContext, @Query("redirect_uri") given: unknown, @Res() reply: FastifyReply): Promise<void> {
    const first: unknown = Array.isArray(given) ? given[0] : given;
    try {
      const { uri, customUi } = checkProxyRedirect(ctx, typeof first === "string" ? first : undefined);
      await redirectToClient(reply, { location: uri, customUi });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      await reply.status(400).type("text/plain; charset=utf-8").send(error.description);
    }
  }
}
