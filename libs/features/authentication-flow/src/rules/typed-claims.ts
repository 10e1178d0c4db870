import type { ProjectConfig } from "@gatehouse/domain-config";
import { CLAIM_OF_LOGIN_ID, type LoginIdType, normaliseLoginId } from "@gatehouse/domain-identity";

/** The claims that a typed login id may stand for, one for each configured type it parses as. */
export function typedClaims(config: ProjectConfig, typed: string): Record<string, string> {
  const types = config.identity.login_id.types;
  const claims = (config.identity.login_id.keys ?? []).flatMap(({ type }): [string, string][] => {
    const value = normaliseLoginId(type as LoginIdType, typed, { email: types.email ?? {}, username: types.username ?? {} })?.value;
    return value === undefined ? [] : [[CLAIM_OF_LOGIN_ID[type as LoginIdType], value]];
  });
  return Object.fromEntries(claims);
}
