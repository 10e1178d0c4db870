import { Injectable } from "@nestjs/common";
import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, GRANT_TYPE, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { AppRequests } from "@gatehouse/record-anonymous-users";
import { requireSoundProof } from "@gatehouse/service-dpop";
import { asGrantError } from "../rules/refused-credentials.js";
import { BiometricLogin } from "./biometric-login.js";
import { BiometricSetup } from "./biometric-setup.js";
import type { TokenGrant, TokenParams, TokenRequest, TokenResponse } from "./token-response.js";

/** Grant type `biometric-request`: an app's key that the device's own lock guards (spec: oauth-oidc §14.5). */
@Injectable()
export class BiometricGrant implements TokenGrant {
  readonly grantType = GRANT_TYPE.biometric;

  constructor(
    private readonly requests: AppRequests,
    private readonly setup: BiometricSetup,
    private readonly login: BiometricLogin,
  ) {}

  requirePresent(params: TokenParams): void {
    if (!params.jwt) throw new OAuthError("invalid_request", "jwt is required");
  }

  /** Nothing for a set-up; tokens for a login. */
  async run(ctx: ProjectContext, client: OAuthClientConfig, { params, dpop, credentials }: TokenRequest): Promise<TokenResponse | undefined> {
    if (ctx.project.features.identity.biometric.disabled) throw new OAuthError("invalid_request", "biometric authentication is disabled");
    if (!clientTraits(client).fullAccess) throw new OAuthError("unauthorized_client", "this client may not use biometric authentication");
    if (!ctx.project.config.authentication.identities.includes("biometric")) throw new OAuthError("unauthorized_client", "BiometricDisallowed");
    const dpopJkt = requireSoundProof(ctx, client, dpop);
    try {
      const request = this.requests.read(params.jwt ?? "", "biometric_request");
      if (request.action === "setup") return await this.setup.run(ctx, request, credentials);
      if (request.action === "authenticate") return await this.login.run(ctx, client, { request, dpopJkt, scope: params.scope });
      throw new OAuthError("invalid_request", `invalid action: ${request.action}`);
    } catch (error) {
      throw asGrantError(error);
    }
  }
}
