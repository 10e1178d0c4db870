import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { accountTokenInvalid } from "@gatehouse/domain-errors";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { type AuthenticatorToMake, IdentityChanges, type ProvenAddress } from "@gatehouse/record-accounts";
import { RecoveryCodeStore } from "@gatehouse/record-authenticators";
import { AccountTokens } from "../store/account-token.store.js";
import type { PendingOneTimePassword, PendingTotp } from "../store/pending-operation.js";

/** Stores a second factor that was proven, with the recovery codes that were shown (spec: account management §4.5). */
@Injectable()
export class FinishEnrolment {
  constructor(
    private readonly db: Database,
    private readonly tokens: AccountTokens,
    private readonly changes: IdentityChanges,
    private readonly recoveryCodes: RecoveryCodeStore,
  ) {}

  /** Throws `AccountManagementTokenInvalid`, also before the code has been given, `AccountManagementTokenNotBoundToUser`, `DuplicatedAuthenticator`. */
  async run(ctx: ProjectContext, { userId, token }: { userId: UserId; token: string }): Promise<Authenticator> {
    const pending = await this.tokens.find(ctx, { token, userId, kinds: ["totp", "oob_otp"] });
    if (!pending.verified) throw accountTokenInvalid();
    const made = await this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const { authenticator } = await this.changes.addAuthenticator(ctx, tx, { facts, authenticator: authenticatorOf(pending), proven: provenBy(pending) });
      const { list_enabled: listable } = ctx.project.config.authentication.recovery_code;
      if (pending.recoveryCodes) await this.recoveryCodes.replace(ctx, tx, { userId, codes: pending.recoveryCodes, listable });
      return authenticator;
    });
    await this.tokens.delete(ctx, token);
    return made;
  }
}

function authenticatorOf(pending: PendingTotp | PendingOneTimePassword): AuthenticatorToMake {
  if (pending.kind === "totp") return { type: "totp", kind: "secondary", secret: pending.secret, displayName: pending.displayName ?? "" };
  return { type: pending.channel === "email" ? "oob_otp_email" : "oob_otp_sms", kind: "secondary", target: pending.target };
}

const provenBy = (pending: PendingTotp | PendingOneTimePassword): ProvenAddress[] =>
  pending.kind === "oob_otp" ? [{ name: pending.channel === "email" ? "email" : "phone_number", value: pending.target }] : [];
