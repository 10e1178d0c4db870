import { Controller, HttpCode, Post, Req } from "@nestjs/common";
import { badRequest } from "@gatehouse/domain-errors";
import { OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AppSessionToken } from "@gatehouse/feature-oauth";
import { Access, Ctx, type FastifyRequest, parseBody, requireJson } from "@gatehouse/platform-http";
import { appSessionTokenBody } from "./app-session.schema.js";
import { dpopOf } from "./dpop.js";

/** A one-time token that carries an app's session into a browser (spec: oauth-oidc §10). */
@Access("public")
@Controller("oauth2/app_session_token")
export class AppSessionController {
  constructor(private readonly tokens: AppSessionToken) {}

  @Post()
  @HttpCode(200)
  async issue(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest): Promise<{ result: object }> {
    requireJson(request.headers["content-type"]);
    const { refresh_token: refreshToken } = parseBody(appSessionTokenBody, request.body);
    const dpop = await dpopOf(ctx, request).catch((error: unknown) => {
      throw error instanceof OAuthError ? badRequest(error.description) : error;
    });
    return { result: await this.tokens.issue(ctx, { refreshToken, dpop }) };
  }
}
