import { Injectable } from "@nestjs/common";
import { checkPasswordPolicy, historyRule, passwordPolicy } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { PasswordHistoryStore } from "./password-history.store.js";

/** A password that a user chooses. */
export interface ChosenPassword {
  plain: string;
  userId: string;
  /** The hash it replaces, which counts as a former password even if it was stored before the project kept a history. */
  current?: string;
}

/** Passwords that users choose: checked against policy and history, and hashed (spec: authentication flow §11). */
@Injectable()
export class ChosenPasswords {
  constructor(
    private readonly db: Database,
    private readonly hasher: PasswordHasher,
    private readonly history: PasswordHistoryStore,
  ) {}

  /** The encoded hash of an acceptable password. Takes long: never inside a transaction. Throws `PasswordPolicyViolated`. */
  async hash(ctx: ProjectContext, chosen: ChosenPassword): Promise<string> {
    checkPasswordPolicy(passwordPolicy(ctx.project.config), chosen.plain, { reused: await this.isReused(ctx, chosen) });
    return this.hasher.hash(chosen.plain);
  }

  /** Puts the hash into the history, where the project keeps one; in the transaction that stores the password. */
  async note(ctx: ProjectContext, tx: Tx, input: { userId: string; passwordHash: string }): Promise<void> {
    await this.history.add(ctx, tx, { ...input, rule: historyRule(ctx.project.config) });
  }

  private async isReused(ctx: ProjectContext, { plain, userId, current }: ChosenPassword): Promise<boolean> {
    const rule = historyRule(ctx.project.config);
    if (rule.size === 0 && rule.days === 0) return false;
    const former = await this.db.read((tx) => this.history.list(ctx, tx, { userId, rule }));
    const matches = await Promise.all([...new Set([...former, ...(current ? [current] : [])])].map((hash) => this.hasher.verify(hash, plain)));
    return matches.some(({ ok }) => ok);
  }
}
