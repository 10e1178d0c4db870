import { Injectable } from "@nestjs/common";
import { forgotPasswordFailed, smsNotSupported } from "@gatehouse/domain-errors";
import type { RecoveryTarget } from "@gatehouse/domain-flow";
import { loginIdLookupKeys } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";

const unknown = () => forgotPasswordFailed({ cause: { kind: "UserNotFound" } }, "specified user not found");

/** Sends the link of an account recovery to the owner of a login id (spec: admin API §8.1). Call it with no transaction open: an SMS is waited for. */
@Injectable()
export class SendResetPasswordMessage {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly otp: OneTimePasswords,
  ) {}

  /** Throws `ForgotPasswordFailed` (`FeatureDisabled`, `UserNotFound`), `SMSNotSupported` where the plan has no recovery by phone, `RateLimited`, and what keeps the message from being sent. */
  async run(ctx: ProjectContext, loginId: string): Promise<void> {
    if (!ctx.project.config.forgot_password.enabled) throw forgotPasswordFailed({ cause: { kind: "FeatureDisabled" } });
    const keys = loginIdLookupKeys(ctx.project.config, loginId);
    const [facts] = await this.db.read((tx) => this.accounts.byLoginId(ctx, tx, keys));
    const target = facts && recoveryTarget(facts, { loginId, keys });
    if (!target) throw unknown();
    const userId = facts.user.id;
    const { channel, form } = target;
    if (channel === "sms" && ctx.project.features.identity.login_id.types.phone.disabled) throw smsNotSupported();
    await this.otp.send(ctx, {
      purpose: "forgot-password",
      target: target.target,
      channel,
      form,
      userId,
      message: "forgot-password",
      attachment: { userId, target },
      byAdmin: true,
    });
  }
}

/** Where the link goes: to the login id itself, or for a user name to the user's email address or phone number. */
function recoveryTarget({ user, identities }: UserFacts, { loginId, keys }: { loginId: string; keys: readonly string[] }): RecoveryTarget | undefined {
  const identity = identities.find(({ type, uniqueKey }) => type === "login_id" && keys.includes(uniqueKey));
  if (!identity?.loginIdType) return undefined;
  const { email, phone_number } = user.standardAttributes as { email?: string; phone_number?: string };
  const address = identity.loginIdType === "username" ? (email ?? phone_number) : identity.loginId;
  if (!address) return undefined;
  return { identification: identity.loginIdType, loginId, target: address, channel: address.includes("@") ? "email" : "sms", form: "link" };
}
