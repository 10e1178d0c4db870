import { All, Controller, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ResolveSession } from "@gatehouse/feature-resolver";
import { Access, Ctx, type FastifyReply, type FastifyRequest, writeCookies } from "@gatehouse/platform-http";
import { clearedSessionCookies, cookieName } from "@gatehouse/record-sessions";

/** The resolver: a reverse proxy asks whose request this is; the answer is in headers, the status is 200 whoever it is (spec: sessions and tokens §10). */
@Access("public")
@Controller()
export class ResolveController {
  constructor(private readonly resolveSession: ResolveSession) {}

  @All(["resolve", "_resolver/resolve"])
  async resolve(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== "GET" && request.method !== "HEAD") return void (await reply.status(405).header("allow", "GET, HEAD").send());
    try {
      const headers = await this.resolveSession.run(ctx, { authorization: request.headers.authorization, cookies: request.cookies });
      if (headers["x-authgear-session-valid"] === "false" && request.cookies[cookieName(ctx, "session")]) writeCookies(reply, clearedSessionCookies(ctx));
      await reply.status(200).headers(headers).send();
    } catch (error) {
      request.log.error({ err: error }, "a session could not be resolved");
      await reply.status(500).type("text/plain; charset=utf-8").send("internal error");
    }
  }
}
