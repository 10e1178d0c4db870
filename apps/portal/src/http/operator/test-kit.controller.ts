import { Body, Controller, Get, HttpCode, Param, Post, Req } from "@nestjs/common";
import { ListInbox } from "@gatehouse/feature-messages";
import { CreateTestSession } from "@gatehouse/feature-oauth";
import { Access, parseBody } from "@gatehouse/platform-http";
import { DevelopmentOnly } from "../access/development-only.js";
import type { PortalRequest } from "../access/portal-request.js";
import { ProjectContexts } from "../access/project-contexts.js";
import { testSessionValidator } from "./operator.schema.js";

/** Messages shown at once. */
const INBOX_PAGE = 200;

/** Kept messages, and sessions for tests; outside development mode these routes do not exist. */
@Controller("operator/v1/projects")
@Access("operator")
export class TestKitController {
  constructor(
    private readonly listInbox: ListInbox,
    private readonly createTestSession: CreateTestSession,
    private readonly contexts: ProjectContexts,
    private readonly development: DevelopmentOnly,
  ) {}

  @Get(":projectId/inbox")
  async inbox(@Param("projectId") id: string, @Req() request: PortalRequest): Promise<object> {
    this.development.demand();
    return this.listInbox.run(await this.contexts.forOperator(id, request), { limit: INBOX_PAGE });
  }

  @Post(":projectId/testkit/sessions")
  @HttpCode(200)
  async createSession(@Param("projectId") id: string, @Req() request: PortalRequest, @Body() body: unknown): Promise<object> {
    this.development.demand();
    const { user_id, client_id } = parseBody(testSessionValidator, body);
    const ctx = await this.contexts.forOperator(id, request);
    const { cookies, ...tokens } = await this.createTestSession.run(ctx, { userId: user_id, clientId: client_id });
    return { cookies: cookies.map(({ name, value }) => ({ name, value })), ...tokens };
  }
}
