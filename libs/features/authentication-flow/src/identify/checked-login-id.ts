import { type CheckedLoginId, checkLoginId, type LoginIdType } from "@gatehouse/domain-identity";
import type { Run } from "../engine/run.js";

/** A login id that is well-formed and allowed, under the first key of its type. Throws `ValidationFailed` "invalid login ID". */
export function checkedLoginId({ ctx }: Run, { type, key, value }: { type: LoginIdType; key?: string; value: string }): CheckedLoginId {
  const keys = ctx.project.config.identity.login_id.keys ?? [];
  const declared = keys.find((one) => one.type === type && (key === undefined || (one.key ?? one.type) === key)) ?? keys.find((one) => one.type === type);
  return checkLoginId(ctx.project, { key: declared?.key ?? type, value });
}
