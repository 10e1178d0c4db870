import { Controller, Get } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type Developer, GetViewer } from "@gatehouse/feature-projects";
import { Access, Ctx } from "@gatehouse/platform-http";
import { SignedIn } from "../access/portal-request.js";

/** The signed-in developer. */
@Controller("api/v1/viewer")
@Access("developer")
export class ViewerController {
  constructor(private readonly getViewer: GetViewer) {}

  @Get()
  async viewer(@Ctx() ctx: ProjectContext, @SignedIn() { userId }: Developer): Promise<object> {
    const viewer = await this.getViewer.run(ctx, userId);
    return { id: viewer.id, email: viewer.email ?? null, formatted_name: viewer.formattedName ?? null, project_quota: null, project_owner_count: viewer.ownedProjects };
  }
}
