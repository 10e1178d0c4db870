import { Injectable } from "@nestjs/common";
import { invalidCredentials, validationFailed } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { Totp } from "@gatehouse/service-totp";
import { AccountReader } from "../guards/account-reader.js";
import { FreshRecoveryCodes } from "../guards/fresh-recovery-codes.js";
import { GuardedCheck } from "../guards/guarded-check.js";
import { endUserAccountId } from "@gatehouse/domain-user";
import { AccountTokens } from "../store/account-token.store.js";

const MAX_DISPLAY_NAME = 255;

/** What the page shows of a new secret. */
export interface StartedTotp {
  token: string;
  /** Base32. */
  secret: string;
  /** `otpauth://` URI, for a QR code. */
  uri: string;
  issuer: string;
  /** The end-user account id. */
  accountId: string;
}

/** A factor that was proven: `token` leads to the finish. */
export interface ResumedFactor {
  token: string;
  recoveryCodesCreated: boolean;
  /** To be shown before the finish, when they were created. */
  recoveryCodes?: readonly string[];
}

/** Adds an authenticator app: a secret, a code of it, and then the finish (spec: account management §4.5). */
@Injectable()
export class EnrolTotp {
  constructor(
    private readonly reader: AccountReader,
    private readonly tokens: AccountTokens,
    private readonly totp: Totp,
    private readonly guard: GuardedCheck,
    private readonly recovery: FreshRecoveryCodes,
  ) {}

  async start(ctx: ProjectContext, userId: UserId): Promise<StartedTotp> {
    const accountId = endUserAccountId(await this.reader.facts(ctx, userId));
    const secret = this.totp.newSecret();
    const issuer = ctx.request.publicOrigin;
    const token = await this.tokens.create(ctx, { userId, operation: { kind: "totp", secret, issuer, accountId, verified: false } });
    return { token, secret, uri: this.totp.uri(ctx, { secret, accountName: accountId }), issuer, accountId };
  }

  /** What was started, for a page that is visited again. Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`. */
  async started(ctx: ProjectContext, { userId, token }: { userId: UserId; token: string }): Promise<StartedTotp> {
    const { secret, issuer, accountId } = await this.tokens.find(ctx, { token, userId, kinds: ["totp"] });
    return { token, secret, uri: this.totp.uri(ctx, { secret, accountName: accountId }), issuer, accountId };
  }

  /** The old token is good until this succeeds. Throws `AccountManagementTokenInvalid`, `AccountManagementTokenNotBoundToUser`, `InvalidCredentials`, `RateLimited`, `AccountLockout`. */
  async resume(ctx: ProjectContext, { userId, token, displayName, code }: { userId: UserId; token: string; displayName: string; code: string }): Promise<ResumedFactor> {
    const pending = await this.tokens.find(ctx, { token, userId, kinds: ["totp"] });
    const actual = [...displayName].length;
    if (actual > MAX_DISPLAY_NAME) throw validationFailed([{ location: "/display_name", kind: "maxLength", details: { expected: MAX_DISPLAY_NAME, actual } }]);
    await this.guard.run(ctx, {
      userId,
      buckets: credentialBuckets(ctx, "totp", userId),
      lockable: "totp",
      verify: async () => this.totp.verify(ctx, { secret: pending.secret, code: code.trim() }),
      refusal: () => invalidCredentials({ AuthenticationType: "totp" }),
    });
    const recovery = await this.recovery.make(ctx, userId);
    const next = await this.tokens.create(ctx, { userId, operation: { ...pending, displayName, verified: true, ...recovery } });
    await this.tokens.delete(ctx, token);
    return { token: next, recoveryCodesCreated: recovery.recoveryCodes !== undefined, ...recovery };
  }
}
