import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Credentials } from "@gatehouse/record-sessions";
import type { DpopReading } from "@gatehouse/service-dpop";

/** Parameters of a token request; the first value of a repeated name. */
export type TokenParams = Readonly<Record<string, string | undefined>>;

/** A token request: its parameters, what its `DPoP` header says, and whose browser or app it comes from. */
export interface TokenRequest {
  params: TokenParams;
  dpop: DpopReading;
  /** `Authorization` header and cookies, for grants that need a session. */
  credentials: Credentials;
}

/** A successful token response (RFC 6749 §5.1). */
export interface TokenResponse {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  id_token?: string;
  refresh_token?: string;
  device_secret?: string;
  scope?: string;
  issued_token_type?: string;
}

/** What a grant answers: most often tokens; undefined for an empty body. */
export type TokenAnswer = TokenResponse | Readonly<Record<string, unknown>> | undefined;

/** A grant type of the token endpoint. The client exists and may use it. Throws OAuthError. */
export interface TokenGrant {
  readonly grantType: string;
  /** Whether the project has it; true where absent. */
  isEnabled?(ctx: ProjectContext): boolean;
  /** Parameters that must be there before anything is said of what the client may do. Throws OAuthError. */
  requirePresent?(params: TokenParams, client: OAuthClientConfig): void;
  run(ctx: ProjectContext, client: OAuthClientConfig, request: TokenRequest): Promise<TokenAnswer>;
}
