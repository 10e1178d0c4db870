import { Injectable } from "@nestjs/common";
import { unauthenticated } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { isDisabled } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { UserStore } from "@gatehouse/record-users";
import { ProjectTables } from "@gatehouse/service-project-registry";

/** The signed-in developer as the portal shows him. */
export interface Viewer {
  id: UserId;
  email?: string;
  formattedName?: string;
  /** Projects he owns. */
  ownedProjects: number;
}

/** Reads the signed-in developer. */
@Injectable()
export class GetViewer {
  constructor(
    private readonly db: Database,
    private readonly users: UserStore,
    private readonly projects: ProjectTables,
  ) {}

  /** `ctx` is of the portal's own project. Throws Unauthenticated when the user is gone or disabled. */
  run(ctx: ProjectContext, userId: UserId): Promise<Viewer> {
    return this.db.read(async (tx) => {
      const user = await this.users.byId(ctx, tx, userId);
      if (!user || isDisabled(user.status, ctx.now())) throw unauthenticated();
      const projects = await this.projects.listOfUser(tx, userId);
      const { email, name, given_name: given, family_name: family } = user.standardAttributes as Record<string, string | undefined>;
      const formattedName = name ?? ([given, family].filter(Boolean).join(" ") || undefined);
      return { id: userId, email, formattedName, ownedProjects: projects.filter(({ role }) => role === "owner").length };
    });
  }
}
