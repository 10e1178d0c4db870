import { Controller, HttpCode, Post, Req, Res } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type FlowAnswer, type FlowVisitor, RunFlow } from "@gatehouse/feature-authentication-flow";
import { Access, Ctx, type FastifyReply, type FastifyRequest, parseJsonBody, writeCookies } from "@gatehouse/platform-http";
import { cookieName, RequestSessions } from "@gatehouse/record-sessions";
import { forgetBadSession } from "../network/forget-bad-session.js";
import { createFlowBody, feedInputBody, readStateBody } from "./flow.schema.js";

/** The Authentication Flow API (spec: authentication flow §2). */
@Access("public")
@Controller("api/v1/authentication_flows")
export class FlowController {
  constructor(
    private readonly flows: RunFlow,
    private readonly sessions: RequestSessions,
  ) {}

  @Post()
  @HttpCode(200)
  async create(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = parseJsonBody(createFlowBody, request);
    await this.forgetBad(ctx, request, reply);
    const own = new URL(ctx.request.url).searchParams.get("x_ref");
    const urlQuery = own ? withReference(body.url_query, own) : body.url_query;
    await present(reply, await this.flows.create(ctx, { type: body.type, name: body.name, urlQuery, batch: body.batch_input, ...visitorOf(request) }));
  }

  @Post("states")
  async read(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { state_token: token } = parseJsonBody(readStateBody, request);
    await this.forgetBad(ctx, request, reply);
    await present(reply, await this.flows.read(ctx, { token, ...visitorOf(request) }));
  }

  @Post("states/input")
  async feed(@Ctx() ctx: ProjectContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = parseJsonBody(feedInputBody, request);
    const inputs = body.input ? [body.input] : (body.batch_input ?? []);
    await this.forgetBad(ctx, request, reply);
    await present(reply, await this.flows.feed(ctx, { token: body.state_token ?? "", inputs, ...visitorOf(request) }));
  }

  /** A session cookie that does no good is cleared whatever the flow makes of it (spec: sessions and tokens §6). */
  private async forgetBad(ctx: ProjectContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.cookies[cookieName(ctx, "session")]) forgetBadSession(ctx, { request, reply }, await this.sessions.resolve(ctx, visitorOf(request)));
  }
}

/** What the browser brings beside the body. */
const visitorOf = ({ cookies, headers }: FastifyRequest): FlowVisitor => ({ cookies, ...(headers.authorization ? { authorization: headers.authorization } : {}) });

function withReference(query: string | undefined, reference: string): string {
  const params = new URLSearchParams(query ?? "");
  if (!params.has("x_ref")) params.set("x_ref", reference);
  return params.toString();
}

async function present(reply: FastifyReply, { result, error, status, cookies }: FlowAnswer): Promise<void> {
  writeCookies(reply, cookies);
  await reply.status(status).send({ ...(error ? { error } : {}), ...(result ? { result } : {}) });
}
