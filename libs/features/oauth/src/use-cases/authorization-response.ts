import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { OAuthError, ResponseMode } from "@gatehouse/domain-oauth";
import type { ResponseCookie } from "@gatehouse/record-sessions";

/** What the authorization and consent endpoints answer; the transport gives it its form. */
export type AuthorizationAnswer =
  /** 302 to the UI, or to the page that an app's session is carried over to. `reference`: the authorization session that the UI serves. */
  | { kind: "to_ui"; location: string; reference?: string; cookies?: readonly ResponseCookie[] }
  /** The answer to the client, success or error, at its redirect URI. */
  | { kind: "to_client"; redirectUri: string; mode: ResponseMode; params: Record<string, string>; customUi: boolean; cookies?: readonly ResponseCookie[] }
  /** No usable redirect URI: 400, plain text. */
  | { kind: "plain_error"; error: OAuthError }
  /** The user is asked. */
  | { kind: "ask_consent"; client: OAuthClientConfig; redirectUri: string; scopes: string[]; identity: string };
