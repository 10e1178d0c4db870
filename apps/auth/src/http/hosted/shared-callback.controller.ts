import { Controller, Get, Post, Req, Res } from "@nestjs/common";
import { Access, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { parameters } from "../oauth/parameters.js";
import { callbackPath, SHARED_CALLBACK } from "./callback-urls.js";
import { OAuthStates } from "./oauth-states.js";
import { searchOfRequest, sendText } from "./page-exchange.js";

/** Where providers send people back to that projects use with demo credentials: whose they are, the state tells. Of no project itself (spec: auth UI §5). */
@Access("public")
@Controller(SHARED_CALLBACK)
export class SharedCallbackController {
  constructor(
    private readonly states: OAuthStates,
    private readonly registry: ProjectRegistry,
  ) {}

  @Get()
  byLink(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.pass(request, reply);
  }

  @Post()
  byForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.pass(request, reply);
  }

  /** The browser repeats the request at the project, with its query and its form (RFC 9110 §15.4.8). */
  private async pass(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const owner = await this.states.ownerOf(parameters(request).state ?? "");
    const project = owner && (await this.registry.byId(owner.projectId));
    if (!owner || !project) return sendText(reply, 400, "invalid state");
    const location = project.config.http.public_origin + callbackPath(owner.alias) + searchOfRequest(request);
    await reply.status(307).header("location", location).send();
  }
}
