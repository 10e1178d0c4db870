import { invalidInput, invariantViolated } from "@gatehouse/domain-errors";
import { type CheckedLoginId, checkLoginId, type LoginIdProject } from "@gatehouse/domain-identity";

/** An identity an administrator asks for. Only login ids can be asked for. */
export interface IdentityDefinition {
  loginID?: { key: string; value: string } | null;
}

/** The login id of a definition. Throws Invalid, InvalidLoginIDKey and ValidationFailed (spec: admin API §8.1). */
export function checkIdentityDefinition(project: LoginIdProject, { loginID }: IdentityDefinition): CheckedLoginId {
  if (!loginID) throw invalidInput("exactly 1 field must be present in identity definition");
  const { key, value } = loginID;
  if (key === "" || value === "") throw invalidInput("login ID key & value is required");
  const known = project.config.identity.login_id.keys.some((declared) => (declared.key ?? declared.type) === key);
  if (!known) throw invariantViolated("InvalidLoginIDKey", "invalid login ID key");
  return checkLoginId(project, { key, value });
}
