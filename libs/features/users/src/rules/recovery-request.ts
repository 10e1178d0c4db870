import { smsNotSupported } from "@gatehouse/domain-errors";
import type { RecoveryTarget } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { OtpRequest } from "@gatehouse/record-one-time-codes";

/** The login id somebody names, and the keys it is found by. */
export interface NamedLoginId {
  loginId: string;
  keys: readonly string[];
}

/** The link of an account recovery for the owner of a login id; undefined for one who cannot be reached. Throws `SMSNotSupported` where the plan has no recovery by phone. */
export function recoveryRequest(ctx: ProjectContext, facts: UserFacts, named: NamedLoginId): OtpRequest | undefined {
  const target = recoveryTarget(facts, named);
  if (!target) return undefined;
  const { channel, form } = target;
  if (channel === "sms" && ctx.project.features.identity.login_id.types.phone.disabled) throw smsNotSupported();
  const userId = facts.user.id;
  return { purpose: "forgot-password", target: target.target, channel, form, userId, message: "forgot-password", attachment: { userId, target }, byAdmin: true };
}

/** Where the link goes: to the login id itself, or for a user name to the user's email address or phone number. */
function recoveryTarget({ user, identities }: UserFacts, { loginId, keys }: NamedLoginId): RecoveryTarget | undefined {
  const identity = identities.find(({ type, uniqueKey }) => type === "login_id" && keys.includes(uniqueKey));
  if (!identity?.loginIdType) return undefined;
  const { email, phone_number } = user.standardAttributes as { email?: string; phone_number?: string };
  const address = identity.loginIdType === "username" ? (email ?? phone_number) : identity.loginId;
  if (!address) return undefined;
  return { identification: identity.loginIdType, loginId, target: address, channel: address.includes("@") ? "email" : "sms", form: "link" };
}
