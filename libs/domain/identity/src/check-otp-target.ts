import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import { isPhoneNumber } from "./check-phone.js";
import { normaliseLoginId } from "./normalise-login-id.js";

const MAX_LENGTH = 320;

/** An address that one-time passwords are to go to, normalised like a login id (spec: user model §5). Throws `ValidationFailed` "invalid target". */
export function checkOtpTarget(config: ProjectConfig, { type, target }: { type: "email" | "phone"; target: string }): string {
  const found = target.length <= MAX_LENGTH ? normaliseLoginId(type, target, config.identity.login_id.types) : undefined;
  if (!found || (type === "phone" && !isPhoneNumber(config, found.value))) throw validationFailed([{ location: "", kind: "format", details: { format: type } }], "invalid target");
  return found.value;
}
