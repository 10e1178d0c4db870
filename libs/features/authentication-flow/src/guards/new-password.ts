import { Injectable } from "@nestjs/common";
import { checkPasswordPolicy, historyRule, passwordPolicy, shownPasswordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database } from "@gatehouse/platform-postgres";
import { PasswordHistoryStore } from "@gatehouse/record-authenticators";

/** A password that somebody chooses. */
export interface ChosenPassword {
  plain: string;
  /** Whose former passwords must not come again; absent for a new user. */
  userId?: string;
}

/** Checks chosen passwords against the project's policy and hashes them (spec: authentication flow §11). */
@Injectable()
export class NewPassword {
  constructor(
    private readonly db: Database,
    private readonly hasher: PasswordHasher,
    private readonly history: PasswordHistoryStore,
  ) {}

  /** The policy as flows show it. */
  shownPolicy({ project: { config } }: ProjectContext): Record<string, unknown> {
    return shownPasswordPolicy(config);
  }

  /** The encoded hash of an acceptable password. Throws `PasswordPolicyViolated`. */
  async hash(ctx: ProjectContext, { plain, userId }: ChosenPassword): Promise<string> {
    const { config } = ctx.project;
    checkPasswordPolicy(passwordPolicy(config), plain, { reused: userId !== undefined && (await this.isReused(ctx, plain, userId)) });
    return this.hasher.hash(plain);
  }

  private async isReused(ctx: ProjectContext, plain: string, userId: string): Promise<boolean> {
    const rule = historyRule(ctx.project.config);
    if (rule.size === 0 && rule.days === 0) return false;
    const hashes = await this.db.read((tx) => this.history.list(ctx, tx, { userId, rule }));
    const matches = await Promise.all(hashes.map((hash) => this.hasher.verify(hash, plain)));
    return matches.some(({ ok }) => ok);
  }
}
