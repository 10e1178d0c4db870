import type { AccountStatus } from "@gatehouse/domain-user";

/** What search keeps of a user (spec: admin API §7); members without a value are absent. */
export interface UserDocument {
  id: string;
  app_id: string;
  created_at: string;
  updated_at: string;
  last_login_at?: string;
  is_disabled: boolean;
  email?: string[];
  email_local_part?: string[];
  email_domain?: string[];
  preferred_username?: string[];
  phone_number?: string[];
  phone_number_country_code?: string[];
  phone_number_national_number?: string[];
  oauth_subject_id?: string[];
  family_name?: string;
  given_name?: string;
  middle_name?: string;
  name?: string;
  nickname?: string;
  gender?: string;
  zoneinfo?: string;
  locale?: string;
  formatted?: string;
  street_address?: string;
  locality?: string;
  region?: string;
  postal_code?: string;
  country?: string;
  /** Effective roles: the user's own and those of his groups. */
  role_key?: string[];
  role_name?: string[];
  group_key?: string[];
  group_name?: string[];
}

/** A role or group. */
export interface Labelled {
  key: string;
  name: string | null;
}

/** What a document is made of, as the tables hold it; times as PostgreSQL writes them, so that none loses its microseconds. */
export interface UserSource {
  id: string;
  createdAt: string;
  updatedAt: string;
  lastLoginAt: string | null;
  standardAttributes: Record<string, unknown>;
  status: AccountStatus;
  identities: readonly { email?: unknown; phone_number?: unknown; preferred_username?: unknown; subject_id?: unknown }[];
  roles: readonly Labelled[];
  groups: readonly Labelled[];
}

/** Fields compared whole: a keyword matches when it is the value. */
export const EXACT_FIELDS = ["id", "phone_number_country_code", "gender", "zoneinfo", "locale", "country", "postal_code", "role_key", "group_key"] as const;
/** Fields compared whole, or by their beginning when the keyword has 3 bytes. */
export const PREFIX_FIELDS = ["email", "email_local_part", "email_domain", "preferred_username", "phone_number", "phone_number_national_number", "oauth_subject_id"] as const;
/** Fields compared word by word, the last word by its beginning when the keyword has 3 bytes. */
export const TEXT_FIELDS = [
  "family_name",
  "given_name",
  "middle_name",
  "name",
  "nickname",
  "formatted",
  "street_address",
  "locality",
  "region",
  "role_name",
  "group_name",
] as const;
