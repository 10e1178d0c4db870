/** Parameters of a token request; the first value of a repeated name. */
export type TokenParams = Readonly<Record<string, string | undefined>>;

/** A successful token response (RFC 6749 §5.1). */
export interface TokenResponse {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  id_token?: string;
  refresh_token?: string;
}
