import { Injectable } from "@nestjs/common";
import { userProfilePreUpdate } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type UserFacts, userModel, type WrittenAttributes, withWrittenAttributes } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { BlockingHooks } from "@gatehouse/service-blocking-hooks";
import { TargetUser } from "../guards/target-user.js";

/** What becomes of a user's profile; everything in it is a whole set. */
export interface PreparedProfile extends WrittenAttributes {
  /** Keys, when a blocking hook has changed them. */
  roles?: readonly string[];
  groups?: readonly string[];
}

/** Attributes that are to replace a user's. */
export type ProfileInput = WrittenAttributes & { userId: string };

/** Checks attributes that are to replace a user's, and asks the `user.profile.pre_update` handlers. Call it with no transaction open. */
@Injectable()
export class PrepareProfile {
  constructor(
    private readonly target: TargetUser,
    private readonly hooks: BlockingHooks,
  ) {}

  /**
   * Throws UserNotFound, UserIsAnonymized, ValidationFailed, HookDisallowed and other errors of hooks, and a plain error for an address that is not the user's:
   * this one with `namedLater` is left to the transaction, which is for projects without handlers.
   */
  async run(ctx: ProjectContext, { userId, ...given }: ProfileInput): Promise<PreparedProfile> {
    const facts = await this.target.before(ctx, { userId, notAnonymized: true });
    const planned = withWrittenAttributes(ctx.project.config, facts, given);
    if (!given.standard && !given.custom) return {};
    return this.askHooks(ctx, planned, given);
  }

  /** Whether anybody is asked. */
  asks(ctx: ProjectContext, { standard, custom }: ProfileInput): boolean {
    return Boolean(standard || custom) && this.hooks.hasHandlers(ctx, userProfilePreUpdate.entry.type);
  }

  /** `run` of a user whom a transaction has changed: what is returned asks the handlers, who see him so; call that when the transaction is over. Throws like `run`. */
  async look(ctx: ProjectContext, tx: Tx, { userId, ...given }: ProfileInput): Promise<() => Promise<PreparedProfile>> {
    const facts = await this.target.locked(ctx, tx, { userId, notAnonymized: true });
    const planned = withWrittenAttributes(ctx.project.config, facts, given);
    return () => this.askHooks(ctx, planned, given);
  }

  /** The sets as the handlers want them. One that they leave alone is as it was given: what a provider once said of the user need not pass today's rules. */
  private async askHooks(ctx: ProjectContext, planned: UserFacts, given: WrittenAttributes): Promise<PreparedProfile> {
    if (!this.hooks.hasHandlers(ctx, userProfilePreUpdate.entry.type)) return given;
    const { config } = ctx.project;
    const model = userModel(config, planned, ctx.now());
    const { user } = await this.hooks.run(ctx, userProfilePreUpdate({ user: model }));
    if (!user) return given;
    const wished = {
      standard: user.standard_attributes === model.standard_attributes ? given.standard : user.standard_attributes,
      custom: user.custom_attributes === model.custom_attributes ? given.custom : user.custom_attributes,
    };
    withWrittenAttributes(config, planned, wished);
    return { ...wished, ...changed("roles", model.roles, user.roles), ...changed("groups", model.groups, user.groups) };
  }
}

/** The keys under their name, unless they are what they were. */
function changed(name: "roles" | "groups", before: readonly string[], after: readonly string[]): Partial<Record<"roles" | "groups", readonly string[]>> {
  const same = before.length === after.length && before.every((key) => after.includes(key));
  return same ? {} : { [name]: after };
}
