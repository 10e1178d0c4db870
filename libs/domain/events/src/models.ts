/** Id and times every model has; times are RFC 3339 in UTC. */
export interface EventMeta {
  id: string;
  created_at: string;
  updated_at: string;
}

/** The `user` model of payloads (spec: events §4). Absent optional members are left out, not null. */
export interface EventUser extends EventMeta {
  last_login_at?: string;
  is_anonymous: boolean;
  is_verified: boolean;
  is_disabled: boolean;
  disable_reason?: string;
  is_deactivated: boolean;
  delete_at?: string;
  delete_reason?: string;
  is_anonymized: boolean;
  anonymize_at?: string;
  temporarily_disabled_from?: string;
  temporarily_disabled_until?: string;
  account_valid_from?: string;
  account_valid_until?: string;
  can_reauthenticate: boolean;
  standard_attributes: Record<string, unknown>;
  custom_attributes: Record<string, unknown>;
  x_web3: Record<string, unknown>;
  /** Keys of the roles that he has of his own. */
  roles: string[];
  /** Keys of the groups. */
  groups: string[];
  mfa_grace_period_end_at?: string;
}

/** The `identity` model. */
export interface EventIdentity extends EventMeta {
  type: "login_id" | "oauth" | "anonymous" | "biometric" | "passkey" | "siwe" | "ldap" | (string & {});
  user_id: string;
  claims: Record<string, unknown>;
}

/** The `authenticator` model. */
export interface EventAuthenticator extends EventMeta {
  user_id: string;
  type: string;
  is_default: boolean;
  kind: string;
}

/** The `session` model; its keys are camelCase on the wire. */
export interface EventSession extends EventMeta {
  type: "idp" | "offline_grant";
  amr?: string[];
  lastAccessedAt: string;
  createdByIP: string;
  lastAccessedByIP: string;
  lastAccessedByIPCountryCode: string;
  lastAccessedByIPEnglishCountryName: string;
  clientID: string | null;
  displayName: string;
  applicationName?: string;
  userAgent?: string;
}

/** Where an authentication flow stands, for the `authentication.*` hooks. */
export interface EventAuthenticationContext {
  authentication_flow: { type: string; name: string } | null;
  user: EventUser | null;
  asserted_identifications: EventIdentification[];
  asserted_authentications: EventAuthentication[];
  amr: string[];
}

/** How the user was identified. */
export interface EventIdentification {
  identification: string;
  identity: EventIdentity | null;
  id_token: string | null;
}

/** How the user was authenticated. */
export interface EventAuthentication {
  authentication: string;
  authenticator: EventAuthenticator | null;
}

/** A role or a group. */
export interface EventRole extends EventMeta {
  key: string;
  name?: string;
  description?: string;
}

/** An API resource. */
export interface EventResource extends EventMeta {
  resourceURI: string;
  name?: string;
}

/** A scope of an API resource. */
export interface EventScope extends EventMeta {
  resource_id: string;
  scope: string;
  description?: string;
}

/** A user's consent to a client. */
export interface EventAuthorization extends EventMeta {
  clientID: string;
  scopes: string[];
}

/** An API error inside a payload. */
export interface EventApiError {
  name: string;
  reason: string;
  message: string;
  code: number;
  tracking_id?: string;
  info?: Record<string, unknown>;
}

/** What a sender could not or would not send. */
export interface EventDeliveryProblem {
  description: string;
  recipient: string;
}

const ZERO_TIME = "0001-01-01T00:00:00Z";

/** The user model of a user that no longer exists: every member has its zero value but the id. */
export function zeroEventUser(id: string): EventUser {
  return {
    id,
    created_at: ZERO_TIME,
    updated_at: ZERO_TIME,
    is_anonymous: false,
    is_verified: false,
    is_disabled: false,
    is_deactivated: false,
    is_anonymized: false,
    can_reauthenticate: false,
    standard_attributes: {},
    custom_attributes: {},
    x_web3: {},
    roles: [],
    groups: [],
  };
}
