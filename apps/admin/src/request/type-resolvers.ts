import { auditActivityTypes } from "@gatehouse/domain-events";
import { dateTimeScalar, jsonObjectScalar, jsonOutputScalar } from "@gatehouse/platform-graphql";

const lowerCase = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name.toLowerCase()]));
const jsonScalars = ["IdentityClaims", "AuthenticatorClaims", "AuditLogData", "FraudProtectionDecisionRecordData", "Web3Claims"];
const jsonInputScalars = ["UserStandardAttributes", "UserCustomAttributes"];

/** Scalars, and the values that stand behind the names of enums. */
export const typeResolvers = {
  DateTime: dateTimeScalar,
  ...Object.fromEntries(jsonScalars.map((name) => [name, jsonOutputScalar(name)])),
  ...Object.fromEntries(jsonInputScalars.map((name) => [name, jsonObjectScalar(name)])),
  SortDirection: lowerCase("ASC", "DESC"),
  SessionType: lowerCase("IDP", "OFFLINE_GRANT"),
  UserSortBy: lowerCase("CREATED_AT", "LAST_LOGIN_AT"),
  IdentityType: lowerCase("ANONYMOUS", "BIOMETRIC", "LDAP", "LOGIN_ID", "OAUTH", "PASSKEY", "SIWE"),
  AuthenticatorKind: lowerCase("PRIMARY", "SECONDARY"),
  AuthenticatorType: lowerCase("OOB_OTP_EMAIL", "OOB_OTP_SMS", "PASSKEY", "PASSWORD", "TOTP"),
  OTPPurpose: { LOGIN: "login", VERIFICATION: "verification" },
  AuditLogActivityType: Object.fromEntries(auditActivityTypes),
};
