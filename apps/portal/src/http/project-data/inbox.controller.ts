import { Controller, Get } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ListInbox } from "@gatehouse/feature-messages";
import { Access, Ctx } from "@gatehouse/platform-http";
import { DevelopmentOnly } from "../access/development-only.js";

/** Messages kept because the project has no provider; in development mode only. */
@Controller("api/v1/projects/:projectId/inbox")
@Access("developer")
export class InboxController {
  constructor(
    private readonly listInbox: ListInbox,
    private readonly development: DevelopmentOnly,
  ) {}

  @Get()
  async list(@Ctx() ctx: ProjectContext): Promise<object> {
    this.development.demand();
    const { messages } = await this.listInbox.run(ctx, { limit: 200 });
    return { messages: messages.map(({ to, ...message }) => ({ ...message, recipient: to })), total_count: messages.length };
  }
}
