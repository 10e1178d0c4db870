import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Controller, Get, Req, Res } from "@nestjs/common";
import { Access, type FastifyReply, type FastifyRequest } from "@gatehouse/platform-http";
import { phoneLibrary, readLibrary, type ScriptLibrary, strengthLibrary } from "../pages/index.js";

interface Served {
  plain: Buffer;
  packed: Buffer;
}

/** The libraries that scripts of the pages load; read and packed when they are first asked for. */
@Access("public")
@Controller()
export class ScriptLibrariesController {
  private readonly served = new Map<ScriptLibrary, Promise<Served>>();

  @Get(phoneLibrary.path.slice(1))
  phone(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.send(request, reply, phoneLibrary);
  }

  @Get(strengthLibrary.path.slice(1))
  strength(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.send(request, reply, strengthLibrary);
  }

  private async send(request: FastifyRequest, reply: FastifyReply, library: ScriptLibrary): Promise<void> {
    const found = this.served.get(library) ?? pack(library);
    this.served.set(library, found);
    const { plain, packed } = await found;
    const unpacks = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    await reply
      .status(200)
      .headers({
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "Accept-Encoding",
        ...(unpacks ? { "content-encoding": "gzip" } : {}),
      })
      .send(unpacks ? packed : plain);
  }
}

async function pack(library: ScriptLibrary): Promise<Served> {
  const plain = Buffer.from(readLibrary(library));
  return { plain, packed: await promisify(gzip)(plain, { level: 9 }) };
}
