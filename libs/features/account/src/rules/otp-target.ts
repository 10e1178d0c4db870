import { validationFailed } from "@gatehouse/domain-errors";
import { isPhoneNumber, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OtpChannel } from "@gatehouse/record-one-time-codes";

const MAX_LENGTH = 320;

/** Where one-time passwords are to go, normalised like a login id. Throws `ValidationFailed` "invalid target". */
export function otpTarget({ project: { config } }: ProjectContext, { channel, target }: { channel: OtpChannel; target: string }): string {
  const type = channel === "email" ? "email" : "phone";
  const found = target.length <= MAX_LENGTH ? normaliseLoginId(type, target, config.identity.login_id.types) : undefined;
  if (!found || (type === "phone" && !isPhoneNumber(config, found.value))) throw validationFailed([{ location: "", kind: "format", details: { format: type } }], "invalid target");
  return found.value;
}
