import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { AuthorizeParams, AuthorizeRequest } from "@gatehouse/domain-oauth";
import type { IdTokenHint } from "../rules/id-token-hint.js";

/** A checked authorization request with whom it comes from. */
export interface FoundRequest {
  client: OAuthClientConfig;
  redirectUri: string;
  request: AuthorizeRequest;
  params: AuthorizeParams;
  hint?: IdTokenHint;
}
