import type { FlowStepConfig } from "@gatehouse/domain-config";
import type { RecoveryTarget, RunMemory } from "@gatehouse/domain-flow";
import { type LoginIdType, maskLoginId } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { reaches } from "../engine/memory.js";

/** A way to send a code or link. */
type AllowedChannel = NonNullable<FlowStepConfig["allowed_channels"]>[number];

const ALL: readonly AllowedChannel[] = [
  { channel: "email", otp_form: "link" },
  { channel: "email", otp_form: "code" },
  { channel: "sms", otp_form: "code" },
  { channel: "sms", otp_form: "link" },
  { channel: "whatsapp", otp_form: "code" },
];

/** Where a code may go, and how that is shown. */
export interface OfferedTarget extends RecoveryTarget {
  shown: string;
}

/** The destinations of an account recovery (spec: authentication flow §6.15). `normalised`: the entered login id in the normal form of its kind, if it is of that kind. */
export function recoveryTargets(
  step: FlowStepConfig,
  { recovery, facts, normalised }: { recovery: NonNullable<RunMemory["recovery"]>; facts: UserFacts | undefined; normalised: string | undefined },
): OfferedTarget[] {
  const allowed = step.allowed_channels?.length ? step.allowed_channels : ALL;
  const { identification, loginId } = recovery;
  const target = (type: LoginIdType, address: string, { channel, otp_form }: AllowedChannel): OfferedTarget => ({
    identification: type,
    loginId,
    target: address,
    channel,
    form: otp_form,
    shown: maskLoginId(type, address),
  });
  if (step.enumerate_destinations && facts) {
    const addresses = facts.identities.filter(({ loginIdType }) => loginIdType === "email" || loginIdType === "phone").reverse();
    return allowed.flatMap((one) =>
      addresses.filter(({ loginId: own }) => reaches(one.channel, own ?? "")).map((own) => target(own.loginIdType as LoginIdType, own.loginId ?? "", one)),
    );
  }
  if (identification === "username") {
    const { email, phone_number } = (facts?.user.standardAttributes ?? {}) as { email?: string; phone_number?: string };
    return allowed.map((one) => ({
      identification,
      loginId,
      target: (one.channel === "email" ? email : phone_number) ?? "",
      channel: one.channel,
      form: one.otp_form,
      shown: loginId,
    }));
  }
  const fitting = allowed.filter(({ channel }) => (channel === "email") === (identification === "email"));
  const type = identification as LoginIdType;
  // What is no address of the kind is shown as entered, and nothing is delivered to it, whoever is found by it.
  return fitting.map((one) => (normalised === undefined ? { ...target(type, "", one), shown: maskLoginId(type, loginId) } : target(type, normalised, one)));
}
