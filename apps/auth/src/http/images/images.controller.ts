import { Controller, Get, Param, Post, Req, Res } from "@nestjs/common";
import { notFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { isApiError } from "@gatehouse/platform-errors-core";
import { Access, Ctx, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { ImageFiles, ImageUploads } from "@gatehouse/service-images";

/** An image is shown, and nothing in it is run, whatever a browser makes of it. */
const POLICY = "default-src 'none'; style-src 'none'; sandbox";
const CACHE = "public, immutable, max-age=900";

/** Profile pictures: taken by a signed address, served to everyone (spec: admin API §12, auth UI §15). */
@Access("public")
@Controller("_images/:projectId/:objectId")
export class ImagesController {
  constructor(
    private readonly uploads: ImageUploads,
    private readonly files: ImageFiles,
    private readonly env: EnvConfig,
  ) {}

  @Post()
  async take(@Ctx() ctx: ProjectContext, @Param() { projectId, objectId }: Record<string, string>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (projectId !== ctx.project.id || objectId === undefined) throw notFound();
    const { method, url: path, headers, body } = request;
    const url = await this.uploads.take(ctx, { method, path, objectId, headers, body });
    await reply.status(200).send({ result: { url } });
  }

  @Get(":variant")
  async show(
    @Ctx() ctx: ProjectContext,
    @Param() { projectId, objectId = "", variant = "" }: Record<string, string>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (projectId !== ctx.project.id) throw notFound();
    const elsewhere = elsewhereOf(ctx, this.env.imagesCdnHost, request.url);
    if (elsewhere) return void (await reply.status(302).header("location", elsewhere).send());
    const found = await this.files.get(ctx, { objectId, variant }).catch((error: unknown) => {
      if (isApiError(error)) throw error;
      ctx.log.error({ err: error }, "an image could not be read");
      return "failed" as const;
    });
    if (found === "failed") return void (await reply.status(502).type("text/plain; charset=utf-8").send("Bad Gateway\n"));
    if (!found) throw notFound();
    reply.removeHeader("pragma");
    reply.headers({ "cache-control": CACHE, "content-security-policy": POLICY, "cross-origin-resource-policy": "cross-origin", "content-length": String(found.size) });
    await reply.status(200).type(found.contentType).send(found.body);
  }
}

/** The same path on the host that images are served from, unless the request came there. */
function elsewhereOf(ctx: ProjectContext, cdnHost: string, path: string): string | undefined {
  const { protocol, host } = new URL(ctx.request.publicOrigin);
  return cdnHost !== "" && host !== cdnHost ? `${protocol}//${cdnHost}${path}` : undefined;
}
