import { Body, Controller, Get, Header, HttpCode, Post, Req } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { GraphqlResponse } from "@gatehouse/platform-graphql";
import { Access, Ctx } from "@gatehouse/platform-http";
import type { AdmittedRequest } from "../access/admit-request.js";
import { scriptNonceOf } from "../access/response-headers.js";
import { readGraphqlRequest } from "./read-graphql-request.js";
import { Explorer } from "./render-explorer.js";
import { RunOperation } from "./run-operation.js";

/** The one endpoint of the Admin API's GraphQL. */
@Controller(["_api/admin/graphql", "graphql"])
@Access("admin")
export class GraphqlController {
  constructor(
    private readonly operations: RunOperation,
    private readonly explorer: Explorer,
  ) {}

  /** Runs an operation. The query parameter `query` is not looked at. */
  @Post()
  @HttpCode(200)
  @Header("content-type", "application/json; charset=utf-8")
  run(@Ctx() ctx: ProjectContext, @Req() request: AdmittedRequest, @Body() body: unknown): Promise<GraphqlResponse> {
    return this.operations.run(ctx, readGraphqlRequest(request.headers["content-type"], body));
  }

  /** A page to try queries; it never runs one of the URL. */
  @Get()
  @Header("content-type", "text/html; charset=utf-8")
  explore(@Req() request: AdmittedRequest): Promise<string> {
    return this.explorer.render({ nonce: scriptNonceOf(request), proxied: request.headers["x-authgear-portal-is-proxied"] === "true" });
  }
}
