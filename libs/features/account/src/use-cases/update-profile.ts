import { Injectable } from "@nestjs/common";
import { userProfilePreUpdate, userProfileUpdated } from "@gatehouse/domain-events";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import {
  checkEndUserMayWrite,
  type PatchedAttribute,
  type UserFacts,
  userModel,
  withPatchedAttributes,
  withWrittenAttributes,
  type WrittenAttributes,
} from "@gatehouse/domain-user";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { CachedSessions, IdentityChanges, UserMemberships } from "@gatehouse/record-accounts";
import { UserStore } from "@gatehouse/record-users";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { AccountReader } from "../guards/account-reader.js";

/** Attributes that a user changes; the others stay. */
export interface ProfileUpdate {
  userId: UserId;
  attributes: readonly PatchedAttribute[];
}

/** What blocking hooks want; a set that is null stays. */
type Wishes = WrittenAttributes & { roles: readonly string[]; groups: readonly string[] };

/** A user changes attributes of his own, as far as the project lets him (spec: user model §7, auth UI §7). */
@Injectable()
export class UpdateProfile {
  constructor(
    private readonly db: Database,
    private readonly reader: AccountReader,
    private readonly changes: IdentityChanges,
    private readonly users: UserStore,
    private readonly memberships: UserMemberships,
    private readonly sessions: CachedSessions,
    private readonly hooks: BlockingHooks,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws `AccessControlViolated`, `ValidationFailed` and the errors of blocking hooks. */
  async run(ctx: ProjectContext, { userId, attributes }: ProfileUpdate): Promise<void> {
    const { config } = ctx.project;
    checkEndUserMayWrite(
      config,
      attributes.map(({ pointer }) => pointer),
    );
    const wishes = await this.ask(ctx, { userId, attributes });
    await this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const patched = withPatchedAttributes(config, facts, attributes);
      const changed = wishes ? withWrittenAttributes(config, patched, wishes) : patched;
      await this.write(ctx, tx, changed);
      if (wishes) await this.memberships.resetOfUser(ctx, tx, { userId, roles: wishes.roles, groups: wishes.groups });
      const after = wishes ? await this.changes.locked(ctx, tx, userId) : { ...changed, user: { ...changed.user, updatedAt: ctx.now() } };
      await this.outbox.append(ctx, tx, [userProfileUpdated({ user: userModel(config, after, ctx.now()) })]);
    });
  }

  /** The project's own code sees the user as he will be, and may refuse or change that. A set of attributes that it leaves alone is not in its wishes. */
  private async ask(ctx: ProjectContext, { userId, attributes }: ProfileUpdate): Promise<Wishes | undefined> {
    if (!this.hooks.hasHandlers(ctx, userProfilePreUpdate.entry.type)) return undefined;
    const changed = withPatchedAttributes(ctx.project.config, await this.reader.facts(ctx, userId), attributes);
    const model = userModel(ctx.project.config, changed, ctx.now());
    const { user } = await this.hooks.run(ctx, userProfilePreUpdate({ user: model }));
    if (!user) return undefined;
    const { standard_attributes, custom_attributes, roles, groups } = user;
    return {
      roles,
      groups,
      standard: standard_attributes === model.standard_attributes ? null : standard_attributes,
      custom: custom_attributes === model.custom_attributes ? null : custom_attributes,
    };
  }

  private async write(ctx: ProjectContext, tx: Tx, { user: { id, standardAttributes, customAttributes } }: UserFacts): Promise<void> {
    const at = ctx.now();
    await this.users.updateAttributes(ctx, tx, { id, standardAttributes, at });
    await this.users.updateCustomAttributes(ctx, tx, { id, customAttributes, at });
    await this.sessions.forget(ctx, tx, id);
  }
}
