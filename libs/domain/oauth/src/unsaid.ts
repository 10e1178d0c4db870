import type { OAuthClientConfig } from "@gatehouse/domain-config";

/** What the configuration says of a client that says nothing of itself: for clients that are in no configuration. */
export const unsaid = Object.freeze({
  x_replace_project_logo_with_logo_uri: false,
  x_max_concurrent_session: 0,
  access_token_lifetime_seconds: 1800,
  refresh_token_lifetime_seconds: 31_449_600,
  refresh_token_idle_timeout_enabled: true,
  refresh_token_idle_timeout_seconds: 2_592_000,
  refresh_token_rotation_enabled: false,
  issue_jwt_access_token: false,
  x_app2app_enabled: false,
  x_app2app_insecure_device_key_binding_enabled: false,
  x_dpop_disabled: false,
  x_pre_authenticated_url_enabled: false,
  x_authentication_flow_allowlist: {},
}) satisfies Partial<OAuthClientConfig>;
