import { Controller, Get, Options, Post, Req, Res } from "@nestjs/common";
import { projectNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AuthenticateDeveloper, AuthorizeDeveloper, CallAdminApi } from "@gatehouse/feature-projects";
import { isApiError } from "@gatehouse/platform-errors-core";
import { fromGlobalId } from "@gatehouse/platform-graphql";
import { Access, type FastifyReply, rawBodyOf } from "@gatehouse/platform-http";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { bearerToken } from "../access/bearer-token.js";
import type { PortalRequest } from "../access/portal-request.js";
import { ProjectContexts } from "../access/project-contexts.js";
import { proxiedTarget } from "./proxied-target.js";

type AuditContext = Readonly<Record<string, unknown>>;

const FORWARDED = ["accept", "accept-language", "content-type", "referer", "user-agent"] as const;
/** Belong to one connection (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]);
/** The portal's own headers of pages; the answer brings its own. */
const OF_THE_PORTAL = ["content-security-policy", "x-frame-options", "referrer-policy", "cross-origin-opener-policy"];

/** The Admin API of a project for those who work on it (spec: portal §4): whoever is signed in acts by the project's key, and the audit log names him. */
@Controller("api/apps/:nodeId")
@Access("public")
export class AdminProxyController {
  constructor(
    private readonly authenticate: AuthenticateDeveloper,
    private readonly authorize: AuthorizeDeveloper,
    private readonly registry: ProjectRegistry,
    private readonly contexts: ProjectContexts,
    private readonly admin: CallAdminApi,
  ) {}

  /** The page to try queries is for everybody, for it holds nothing; what else can be read is as secret as what can be written. */
  @Get("*")
  async get(@Req() request: PortalRequest, @Res() reply: FastifyReply): Promise<void> {
    const target = proxiedTarget(request.raw.url ?? "");
    if (target?.isPage) await this.forward({ request, reply, target: target.url, ctx: await this.contextOf(request) });
    else await this.post(request, reply);
  }

  @Options("*")
  async options(@Res() reply: FastifyReply): Promise<void> {
    await reply.status(204).header("allow", "GET, POST, OPTIONS").send();
  }

  @Post("*")
  async post(@Req() request: PortalRequest, @Res() reply: FastifyReply): Promise<void> {
    const target = proxiedTarget(request.raw.url ?? "");
    if (!projectIdOf(request)) return void (await reply.status(400).type("text/plain; charset=utf-8").send("invalid app ID"));
    const userId = await this.collaborator(request);
    if (!userId) return void (await reply.status(401).type("text/plain; charset=utf-8").send("unauthorized"));
    if (!target) return void (await reply.status(404).type("text/plain; charset=utf-8").send("not found"));
    const audit = { usage: "proxy", actor_user_id: userId, http_referer: request.headers.referer ?? "" };
    await this.forward({ request, reply, target: target.url, ctx: await this.contextOf(request), audit });
  }

  /** The signed-in developer, when he works on the project. */
  private async collaborator(request: PortalRequest): Promise<string | undefined> {
    try {
      const { userId } = await this.authenticate.run(bearerToken(request.headers.authorization));
      await this.authorize.run({ projectId: projectIdOf(request) ?? "", userId });
      return userId;
    } catch (error) {
      if (isApiError(error)) return undefined;
      throw error;
    }
  }

  private async contextOf(request: PortalRequest): Promise<ProjectContext> {
    const project = await this.registry.byId(projectIdOf(request) ?? "");
    if (!project) throw projectNotFound();
    return this.contexts.of(project, request, { type: "system" });
  }

  private async forward(call: { request: PortalRequest; reply: FastifyReply; target: string; ctx: ProjectContext; audit?: AuditContext }): Promise<void> {
    const { request, reply, target, ctx, audit } = call;
    const headers = Object.fromEntries(FORWARDED.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]])));
    const body = request.method === "POST" ? rawBodyOf(request) || (typeof request.body === "string" ? request.body : "") : undefined;
    const answer = await this.admin.run(ctx, { method: request.method, target, headers, ...(body === undefined ? {} : { body }), ...(audit ? { auditContext: audit } : {}) });
    if (!answer) return void (await reply.status(502).type("text/plain; charset=utf-8").send("bad gateway"));
    for (const name of OF_THE_PORTAL) reply.removeHeader(name);
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined && !HOP_BY_HOP.has(name)) reply.header(name, value);
    await reply.status(answer.statusCode ?? 502).send(answer);
  }
}

/** The project that the path's global id `App:{id}` names. */
function projectIdOf({ params }: PortalRequest): string | undefined {
  const found = fromGlobalId(params.nodeId ?? "");
  return found?.type === "App" ? found.id : undefined;
}
