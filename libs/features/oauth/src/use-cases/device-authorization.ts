import { Injectable } from "@nestjs/common";
import { checkScopes, GRANT_TYPE, mayUseGrant, OAuthError, spaceList } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { DEVICE_CODE_SECONDS, DEVICE_POLL_SECONDS, DeviceAuthorizations } from "@gatehouse/record-grants";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { provenClient } from "../rules/authenticate-client.js";
import { RequestTargets } from "../rules/request-targets.js";
import { reportingLimits } from "../rules/limit-exceeded.js";
import { limitTokens, tokenPerAddress } from "../rules/token-buckets.js";
import type { TokenParams } from "./token-response.js";

/** What a device is told (RFC 8628 §3.2). */
export interface DeviceAuthorizationResponse {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

/** The device authorization endpoint (RFC 8628 §3.1), ours: for clients that list the grant type. Throws OAuthError. */
@Injectable()
export class StartDeviceAuthorization {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
    private readonly devices: DeviceAuthorizations,
    private readonly targets: RequestTargets,
  ) {}

  async run(ctx: ProjectContext, params: TokenParams): Promise<DeviceAuthorizationResponse> {
    await reportingLimits(ctx, this.outbox, () => limitTokens(this.limiter, ctx, [tokenPerAddress(ctx)]));
    const client = provenClient(ctx, params);
    if (!mayUseGrant(client, GRANT_TYPE.deviceCode)) throw new OAuthError("unauthorized_client", "grant type is not allowed for this client");
    const scopes = spaceList(params.scope);
    if (scopes.length === 0) throw new OAuthError("invalid_request", "scope is required");
    const resources = await this.targets.checkScopes(ctx, client, { resource: params.resource, scopes, checkOwn: (own) => checkScopes(client, own) });
    const { deviceCode, userCode } = await this.devices.create(ctx, { clientId: client.client_id, scopes, ...(resources ? { resources } : {}) });
    const verification_uri = `${ctx.project.config.http.public_origin}/device`;
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri,
      verification_uri_complete: `${verification_uri}?user_code=${userCode}`,
      expires_in: DEVICE_CODE_SECONDS,
      interval: DEVICE_POLL_SECONDS,
    };
  }
}
