import { Injectable } from "@nestjs/common";
import { accountTokenInvalid, accountTokenNotBoundToUser } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { constantTimeEqual, sha256Hex } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC, randomString } from "@gatehouse/platform-ids";
import { projectKey, RedisConnection } from "@gatehouse/platform-redis";
import type { AccountToken, PendingOperation } from "./pending-operation.js";

/** 20 minutes, never extended. */
const LIFETIME_MS = 1_200_000;
const LENGTH = 32;

/** What is asked of a token: whose it must be, and of which kind. */
export interface TokenQuestion<K extends PendingOperation["kind"]> {
  token: string;
  userId: UserId;
  kinds: readonly K[];
}

/** Operations that wait for their next step, in Redis under the hash of their token (spec: account management §1). */
@Injectable()
export class AccountTokens {
  constructor(private readonly redis: RedisConnection) {}

  /** A new token of 32 letters and digits. */
  async create(ctx: ProjectContext, { userId, operation }: { userId: UserId; operation: PendingOperation }): Promise<string> {
    const token = randomString(LENGTH, ALPHANUMERIC);
    const createdAt = ctx.now().getTime();
    const stored: AccountToken = { userId, createdAt, expireAt: createdAt + LIFETIME_MS, operation };
    await this.redis.client.set(this.key(ctx, token), JSON.stringify(stored), "PX", LIFETIME_MS);
    return token;
  }

  /** What a token stands for; the token is spent, whatever becomes of the operation. Undefined for one that is unknown, used or expired. */
  async take(ctx: ProjectContext, token: string): Promise<AccountToken | undefined> {
    return this.parsed(ctx, await this.redis.client.getdel(this.key(ctx, token)));
  }

  /** The user's operation behind a token, which stays. Throws `AccountManagementTokenInvalid`, also for an operation of another kind, and `AccountManagementTokenNotBoundToUser`. */
  async find<K extends PendingOperation["kind"]>(ctx: ProjectContext, { token, userId, kinds }: TokenQuestion<K>): Promise<Extract<PendingOperation, { kind: K }>> {
    const found = this.parsed(ctx, await this.redis.client.get(this.key(ctx, token)));
    if (!found) throw accountTokenInvalid();
    if (!constantTimeEqual(found.userId, userId)) throw accountTokenNotBoundToUser();
    const isAsked = (operation: PendingOperation): operation is Extract<PendingOperation, { kind: K }> => (kinds as readonly string[]).includes(operation.kind);
    if (!isAsked(found.operation)) throw accountTokenInvalid();
    return found.operation;
  }

  /** Ends a token. */
  async delete(ctx: ProjectContext, token: string): Promise<void> {
    await this.redis.client.del(this.key(ctx, token));
  }

  private parsed(ctx: ProjectContext, text: string | null): AccountToken | undefined {
    const found = text === null ? undefined : (JSON.parse(text) as AccountToken);
    return found && found.expireAt > ctx.now().getTime() ? found : undefined;
  }

  private key(ctx: ProjectContext, token: string): string {
    return projectKey(ctx, "account-management-token", sha256Hex(token));
  }
}
