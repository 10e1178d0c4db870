import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { currentStatus, endUserAccountId, isDisabled, shownAttributes, shownCustomAttributes, shownPicture, type UserFacts } from "@gatehouse/domain-user";
import type { Totp } from "@gatehouse/service-totp";

const TEXTS = ["name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale"] as const;
const ADDRESS = ["formatted", "street_address", "locality", "region", "postal_code", "country"] as const;

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (typeof value === "object" && !(value instanceof Date) && Object.keys(value).length === 0);
/** Without members that are empty. */
const full = (record: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(record).filter(([, value]) => !isEmpty(value)));
const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> => Object.fromEntries(names.map((name) => [name, from[name]]));
const iso = (time: Date | null): string | undefined => time?.toISOString();

function exportedIdentity({ type, details, claims, ...identity }: Identity): Record<string, unknown>[] {
  if (type === "login_id") {
    const { loginIdKey: key, loginIdType, loginId: value, originalLoginId: original_value } = identity;
    return [{ type, login_id: { key, type: loginIdType, value, original_value }, claims }];
  }
  if (details.oauth) {
    const { alias: provider_alias, providerType: provider_type, subjectId: provider_subject_id, rawProfile: user_profile } = details.oauth;
    return [{ type, oauth: { provider_alias, provider_type, provider_subject_id, user_profile }, claims }];
  }
  if (!details.ldap) return [];
  const { serverName, lastLoginUsername, userIdAttributeName, userIdAttributeValue, rawEntry } = details.ldap;
  const ldap = { server_name: serverName, last_login_username: lastLoginUsername, user_id_attribute_name: userIdAttributeName, user_id_attribute_value: userIdAttributeValue };
  return [{ type, ldap: { ...ldap, attributes: rawEntry }, claims }];
}

function exportedMfa(ctx: ProjectContext, facts: UserFacts, totp: Totp): Record<string, unknown> {
  const addresses = (type: Authenticator["type"]) => [...new Set(facts.authenticators.filter((one) => one.type === type).map(({ email, phone }) => email ?? phone))];
  const totps = facts.authenticators.flatMap(({ type, secret }) =>
    type === "totp" && secret ? [{ secret, uri: totp.uri(ctx, { secret, accountName: endUserAccountId(facts) }) }] : [],
  );
  return full({ emails: addresses("oob_otp_email"), phone_numbers: addresses("oob_otp_sms"), totps });
}

const count = (facts: UserFacts, type: Identity["type"]): number => facts.identities.filter((identity) => identity.type === type).length;

/** A user as he is exported (spec: user model §11); `ctx` has the project's origin, which names the issuer of TOTP secrets. */
export function exportRecord(ctx: ProjectContext, facts: UserFacts, totp: Totp): Record<string, unknown> {
  const { config } = ctx.project;
  const { user } = facts;
  const status = currentStatus(user.status, ctx.now());
  const attributes = shownPicture(config.http.public_origin, shownAttributes(user, facts.verified));
  const always = {
    email_verified: attributes.email_verified ?? false,
    phone_number_verified: attributes.phone_number_verified ?? false,
    disabled: isDisabled(status, ctx.now()),
    is_anonymized: status.isAnonymized,
    biometric_count: count(facts, "biometric"),
    passkey_count: count(facts, "passkey"),
  };
  const record = {
    sub: user.id,
    ...pick(attributes, ["preferred_username", "email", "phone_number"]),
    email_verified: always.email_verified,
    phone_number_verified: always.phone_number_verified,
    ...pick(attributes, TEXTS),
    address: full(pick((attributes.address ?? {}) as Record<string, unknown>, ADDRESS)),
    custom_attributes: shownCustomAttributes(config, user),
    roles: facts.roles ?? [],
    groups: facts.groups ?? [],
    created_at: iso(user.createdAt),
    disabled: always.disabled,
    delete_at: iso(status.deleteAt),
    last_login_at: iso(user.loginAt),
    is_anonymized: always.is_anonymized,
    anonymize_at: iso(status.anonymizeAt),
    temporarily_disabled_from: iso(status.temporarilyDisabledFrom),
    temporarily_disabled_until: iso(status.temporarilyDisabledUntil),
    account_valid_from: iso(status.accountValidFrom),
    account_valid_until: iso(status.accountValidUntil),
    identities: facts.identities.toReversed().flatMap(exportedIdentity),
    mfa: exportedMfa(ctx, facts, totp),
    biometric_count: always.biometric_count,
    passkey_count: always.passkey_count,
  };
  return full(record);
}
