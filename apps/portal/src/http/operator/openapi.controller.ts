import { Controller, Get, Req } from "@nestjs/common";
import { EnvConfig } from "@gatehouse/platform-env";
import { Access, requestInfo } from "@gatehouse/platform-http";
import type { PortalRequest } from "../access/portal-request.js";
import { openApiDocument } from "./openapi.js";

/** The description of the operator API; it holds nothing secret. */
@Controller("operator/v1/openapi.json")
@Access("public")
export class OpenApiController {
  constructor(private readonly env: EnvConfig) {}

  @Get()
  document(@Req() request: PortalRequest): object {
    const info = requestInfo(
      { id: request.id, method: "GET", url: "/", headers: request.headers, remoteAddress: "", encrypted: "encrypted" in request.socket },
      this.env.trustProxy,
    );
    return openApiDocument(info.publicOrigin);
  }
}
