import type { Identity } from "@gatehouse/domain-identity";

/** What errors say of an identity without naming it. */
export interface IdentityKind {
  type: Identity["type"];
  loginIdType?: string | null;
  providerType?: string;
}

/** The kind of a stored identity. */
export const kindOf = ({ type, loginIdType, details }: Identity): IdentityKind => ({ type, loginIdType, providerType: details.oauth?.providerType });

/** `{IdentityTypeIncoming, LoginIDTypeIncoming?, OAuthProviderTypeIncoming?}` of an identity that came in. */
export const incomingInfo = ({ type, loginIdType, providerType }: IdentityKind): Record<string, unknown> => ({
  IdentityTypeIncoming: type,
  ...(loginIdType ? { LoginIDTypeIncoming: loginIdType } : {}),
  ...(providerType ? { OAuthProviderTypeIncoming: providerType } : {}),
});

/** `{IdentityTypeExisting, LoginIDTypeExisting?, OAuthProviderTypeExisting?}` of the first of the identities that are there; nothing without any. */
export function existingInfo([first]: readonly Identity[]): Record<string, unknown> {
  if (!first) return {};
  const { type, loginIdType, providerType } = kindOf(first);
  return { IdentityTypeExisting: type, ...(loginIdType ? { LoginIDTypeExisting: loginIdType } : {}), ...(providerType ? { OAuthProviderTypeExisting: providerType } : {}) };
}

/** `ExistingIdentities[{IdentityType, LoginIDType?, OAuthProviderType?}]`: every identity that is there, by kind. */
export const existingIdentities = (identities: readonly Identity[]): Record<string, unknown>[] =>
  identities.map(kindOf).map(({ type, loginIdType, providerType }) => ({
    IdentityType: type,
    ...(loginIdType ? { LoginIDType: loginIdType } : {}),
    ...(providerType ? { OAuthProviderType: providerType } : {}),
  }));
