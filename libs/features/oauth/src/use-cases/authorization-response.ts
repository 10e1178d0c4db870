import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { OAuthError, ResponseMode } from "@gatehouse/domain-oauth";

/** What the authorization and consent endpoints answer; the transport gives it its form. */
export type AuthorizationAnswer =
  /** 302 to the UI. */
  | { kind: "to_ui"; location: string }
  /** The answer to the client, success or error, at its redirect URI. */
  | { kind: "to_client"; redirectUri: string; mode: ResponseMode; params: Record<string, string>; customUi: boolean }
  /** No usable redirect URI: 400, plain text. */
  | { kind: "plain_error"; error: OAuthError }
  /** The user is asked. */
  | { kind: "ask_consent"; client: OAuthClientConfig; scopes: string[]; identity: string };
