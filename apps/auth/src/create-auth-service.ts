import { projectName } from "@gatehouse/domain-events";
import { allowedOrigin } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { EnvConfig } from "@gatehouse/platform-env";
import { createHttpService, type FastifyReply, type FastifyRequest, type HttpService } from "@gatehouse/platform-http";
import { isCrawler } from "@gatehouse/platform-user-agents";
import { buildContext, ProjectRegistry } from "@gatehouse/service-project-registry";
import { type Resources, RuntimeModule, serviceOptions } from "@gatehouse/service-runtime";
import { FlowChannel } from "@gatehouse/record-one-time-codes";
import { AuthAppModule } from "./auth-app.module.js";
import { addFlowChannelRoute } from "./http/authentication-flow/flow-channel.route.js";
import { addUploadBodies } from "./http/images/upload-body.js";
import { allowedMethods } from "./http/network/allowed-methods.js";
import { isAdmitted } from "./http/network/is-admitted.js";
import { answerUnreadableBodies } from "./http/oauth/form-endpoints.js";
import { renderNotFoundPage } from "./http/pages/index.js";

/** The largest body of the JSON APIs: 10 MiB (spec: authentication flow §2.1). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Documents that are the same for everyone: open to every origin, without credentials. */
const OPEN_TO_ALL = /^\/(?:\.well-known\/(?:openid-configuration|oauth-authorization-server)|oauth2\/jwks)(?:\?|$)/;

/** What scripts of applications may call; pages are for people. */
const FOR_SCRIPTS = /^\/(?:oauth2\/(?!consent(?:[/?]|$))|api\/|_images\/)/;

/** What answers may load that are no page of their own policy. */
const DEFAULT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The largest body of the OAuth endpoints: 1 MiB (spec: oauth-oidc §1.2). */
const MAX_OAUTH_BODY_BYTES = 1024 * 1024;

/** The project that a picture on the host of all projects' pictures belongs to (spec: operations §9). */
function pictureOwner(imagesCdnHost: string, origin: string, path: string): string | undefined {
  return imagesCdnHost !== "" && origin.endsWith(`//${imagesCdnHost}`) ? /^\/_images\/([\w-]+)\//.exec(path)?.[1] : undefined;
}

/** What is of no project, on whatever host (spec: auth UI §5). */
const OF_NO_PROJECT = /^\/noproject\//;
const NO_PROJECT = Object.freeze({});

/** Build assets hold nothing of a project. */
const BUILD_ASSETS = /^\/static\/(?:pages\.[0-9a-f]{32}|(?:phone-numbers|password-strength)\.[\w.-]+)\.(?:css|js)(?:\?|$)/;
const RESOLVER = /^\/(?:_resolver\/)?resolve(?:\?|$)/;

/** A short answer in words, which nothing keeps. */
const refuse = async (reply: FastifyReply, text: string): Promise<void> => void (await reply.status(403).type("text/plain; charset=utf-8").send(text));

/** Crawlers are refused before anything is looked up (spec: protection §6.3). What a proxy asks the resolver is of its own concern. */
async function refuseCrawlers(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (RESOLVER.test(request.raw.url ?? "/")) return;
  reply.header("vary", "User-Agent");
  if (isCrawler(request.headers["user-agent"] ?? "")) await refuse(reply, "Your User-Agent is not allowed to access this resource");
}

/** The filter of addresses, then CORS and the canonical host. Proxies that ask the resolver are no clients. */
async function enter(env: EnvConfig, ctx: ProjectContext, exchange: { request: FastifyRequest; reply: FastifyReply }): Promise<void> {
  const path = exchange.request.raw.url ?? "/";
  if (!RESOLVER.test(path) && !BUILD_ASSETS.test(path) && !isAdmitted(ctx)) return refuse(exchange.reply, "Your IP is not allowed to access this resource\n");
  await crossOriginAndCanonicalHost(env, ctx, exchange);
  if (!exchange.reply.sent && exchange.request.is404) await answerLost(ctx, exchange);
}

/** Where only the method is wrong, the right ones; where there is nothing, people get a page and programs the error of the API. */
async function answerLost(ctx: ProjectContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }): Promise<void> {
  const methods = allowedMethods(ctx, request);
  if (methods.length > 0) return void (await reply.status(405).header("allow", methods.join(", ")).send());
  if (request.method !== "GET" || !request.headers.accept?.includes("text/html")) return;
  await reply
    .status(404)
    .type("text/html; charset=utf-8")
    .send(renderNotFoundPage(projectName(ctx)));
}

const originOf = (text: string): string => (URL.canParse(text) ? new URL(text).origin : text);
/** Whether two origins are one but for the port that goes without saying, which a proxy may name: whoever is sent to where he is comes back for ever. */
const isSameOrigin = (a: string, b: string): boolean => a === b || originOf(a) === originOf(b);

/** CORS of the project, and the 307 to its public origin (spec/project-configuration.md §8.3, spec/oauth-oidc.md §1.3). */
async function crossOriginAndCanonicalHost(
  { corsAllowedOrigins, imagesCdnHost }: EnvConfig,
  ctx: ProjectContext,
  exchange: { request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  const { request, reply } = exchange;
  const path = request.raw.url ?? "/";
  if (RESOLVER.test(path)) return;
  reply.headers({ vary: "User-Agent, Origin", "content-security-policy": DEFAULT_POLICY });
  const origin = request.headers.origin;
  if (OPEN_TO_ALL.test(path)) reply.headers({ "access-control-allow-origin": "*", "access-control-max-age": "900" });
  else if (origin && FOR_SCRIPTS.test(path) && allowedOrigin(ctx, origin, corsAllowedOrigins)) {
    reply.headers({ "access-control-allow-origin": origin, "access-control-allow-credentials": "true", "access-control-max-age": "900" });
    const { "access-control-request-method": method, "access-control-request-headers": headers } = request.headers;
    if (method) reply.header("access-control-allow-methods", method);
    if (headers) reply.header("access-control-allow-headers", headers);
  }
  if (request.method === "OPTIONS") return void (await reply.status(200).send());
  const canonical = ctx.project.config.http.public_origin;
  if (!isSameOrigin(ctx.request.publicOrigin, canonical) && !pictureOwner(imagesCdnHost, ctx.request.publicOrigin, path))
    await reply
      .status(307)
      .header("location", canonical + path)
      .send();
}

/** Builds the auth service: OAuth, the Authentication Flow API, hosted pages and the resolver of every project. */
export async function createAuthService(resources: Resources): Promise<HttpService> {
  let registry: ProjectRegistry | undefined;
  return createHttpService({
    ...serviceOptions(resources, "auth"),
    module: { module: class AuthRoot {}, imports: [RuntimeModule.forRoot(resources), AuthAppModule] },
    contextFor: async (info, request) => {
      if (OF_NO_PROJECT.test(request.url)) return NO_PROJECT;
      const owner = pictureOwner(resources.env.imagesCdnHost, info.publicOrigin, request.url);
      const project = await (owner === undefined ? registry?.byHost(info.hostname) : registry?.byId(owner));
      return project && buildContext({ project, request: info, actor: { type: "user" }, log: request.log });
    },
    onUnknownHost: async (_request, reply) => {
      await reply.status(404).type("text/html; charset=utf-8").send(renderNotFoundPage());
    },
    beforeContext: refuseCrawlers,
    afterContext: (ctx: ProjectContext, request, reply) => (ctx === NO_PROJECT ? undefined : enter(resources.env, ctx, { request, reply })),
    bodyLimit: MAX_BODY_BYTES,
    configure: async (fastify, nest) => {
      registry = nest.get(ProjectRegistry, { strict: false });
      addUploadBodies(fastify);
      fastify.addHook("onRoute", (route) => {
        if (route.url.startsWith("/oauth2/")) route.bodyLimit = MAX_OAUTH_BODY_BYTES;
        answerUnreadableBodies(route);
      });
      await addFlowChannelRoute(fastify, nest.get(FlowChannel, { strict: false }), resources.env.corsAllowedOrigins);
    },
  });
}
