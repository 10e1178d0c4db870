import { Controller, Get, Query } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { ListProjectUsers } from "@gatehouse/feature-projects";
import { Access, Ctx } from "@gatehouse/platform-http";
import { userRow } from "../projects/projects.presenter.js";
import { pageQuery } from "./page-query.js";

/** The users of a project. */
@Controller("api/v1/projects/:projectId/users")
@Access("developer")
export class UsersController {
  constructor(private readonly listUsers: ListProjectUsers) {}

  @Get()
  async list(@Ctx() ctx: ProjectContext, @Query() query: Record<string, unknown>): Promise<object> {
    const { users, totalCount } = await this.listUsers.run(ctx, pageQuery(query));
    return { users: users.map((user) => userRow(ctx, user)), total_count: totalCount };
  }
}
