import { Injectable } from "@nestjs/common";
import { userProfileUpdated } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { userModel, withWrittenAttributes } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts, UserMemberships, WriteAccount } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";
import type { PreparedProfile } from "./prepare-profile.js";

/** Writes the profile that `PrepareProfile` made (spec: admin API §8.1, `updateUser`). */
@Injectable()
export class UpdateProfile {
  constructor(
    private readonly target: TargetUser,
    private readonly writing: WriteAccount,
    private readonly memberships: UserMemberships,
    private readonly accounts: Accounts,
    private readonly outbox: EventOutbox,
  ) {}

  /** Nothing given: nothing happens. Throws UserNotFound, UserIsAnonymized, RoleUnknownKeys, GroupUnknownKeys, and a plain error for an address that is not the user's. */
  async run(ctx: ProjectContext, tx: Tx, { userId, profile }: { userId: string; profile: PreparedProfile }): Promise<void> {
    const before = await this.target.locked(ctx, tx, { userId, notAnonymized: true });
    const { standard, custom, roles, groups } = profile;
    if (!standard && !custom) return;
    const written = withWrittenAttributes(ctx.project.config, before, { standard, custom });
    await this.writing.run(ctx, tx, { before, after: { ...written, user: { ...written.user, updatedAt: ctx.now() } } });
    if (roles || groups) await this.memberships.resetOfUser(ctx, tx, { userId, ...(roles ? { roles } : {}), ...(groups ? { groups } : {}) });
    const [after] = await this.accounts.facts(ctx, tx, [userId]);
    if (after) await this.outbox.append(ctx, tx, [userProfileUpdated({ user: userModel(ctx.project.config, after, ctx.now()) })]);
  }
}
