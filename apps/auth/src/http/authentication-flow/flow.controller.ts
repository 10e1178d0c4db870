import { Controller, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FlowAnswer, RunFlow } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest, parseBody, requireJson, writeCookies } from "@gatehouse/platform-http";
import { cookieName } from "@gatehouse/record-sessions";
import { createFlowBody, feedInputBody, readStateBody } from "./flow.schema.js";

/** The Authentication Flow API (spec: authentication flow §2). */
@Access("public")
@Controller("api/v1/authentication_flows")
export class FlowController {
  constructor(private readonly flows: RunFlow) {}

  @Post()
  async create(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    requireJson(request.headers["content-type"]);
    const body = parseBody(createFlowBody, request.body);
    const own = new URL(ctx.request.url).searchParams.get("x_ref");
    const urlQuery = own ? withReference(body.url_query, own) : body.url_query;
    await present(
      reply,
      await this.flows.create(ctx, { type: body.type, name: body.name, urlQuery, batch: body.batch_input, sessionToken: request.cookies[cookieName(ctx, "session")] }),
    );
  }

  @Post("states")
  async read(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    requireJson(request.headers["content-type"]);
    await present(reply, await this.flows.read(ctx, parseBody(readStateBody, request.body).state_token));
  }

  @Post("states/input")
  async feed(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    requireJson(request.headers["content-type"]);
    const body = parseBody(feedInputBody, request.body);
    const inputs = body.input ? [body.input] : (body.batch_input ?? []);
    await present(reply, await this.flows.feed(ctx, { token: body.state_token ?? "", inputs, sessionToken: request.cookies[cookieName(ctx, "session")] }));
  }
}

function withReference(query: string | undefined, reference: string): string {
  const params = new URLSearchParams(query ?? "");
  if (!params.has("x_ref")) params.set("x_ref", reference);
  return params.toString();
}

async function present(reply: FastifyReply, { result, error, status, cookies }: FlowAnswer): Promise<void> {
  writeCookies(reply, cookies);
  await reply.status(status).send({ ...(error ? { error } : {}), ...(result ? { result } : {}) });
}
