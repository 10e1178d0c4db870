import { Controller, Get, Req } from "@nestjs/common";
import { EnvConfig } from "@gatehouse/platform-env";
import { Access, requestInfoOf } from "@gatehouse/platform-http";
import type { PortalRequest } from "../access/portal-request.js";
import { openApiDocument } from "./openapi.js";

/** The description of the operator API; it holds nothing secret. */
@Controller("operator/v1/openapi.json")
@Access("public")
export class OpenApiController {
  constructor(private readonly env: EnvConfig) {}

  @Get()
  document(@Req() request: PortalRequest): object {
    return openApiDocument(requestInfoOf(request, this.env.trustProxy).publicOrigin);
  }
}
