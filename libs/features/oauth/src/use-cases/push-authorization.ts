import { Injectable } from "@nestjs/common";
import { checkRedirectUri, OAuthError, responseMode } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { PUSHED_REQUEST_SECONDS, PushedRequests } from "@gatehouse/record-grants";
import { type DpopReading, requireSoundProof } from "@gatehouse/service-dpop";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { RateLimiter } from "@gatehouse/service-rate-limit";
import { provenClient } from "../rules/authenticate-client.js";
import { readIdTokenHint } from "../rules/id-token-hint.js";
import { RequestTargets } from "../rules/request-targets.js";
import { reportingLimits } from "../rules/limit-exceeded.js";
import { limitTokens, tokenPerAddress } from "../rules/token-buckets.js";
import type { TokenParams } from "./token-response.js";

const MAX_CHARACTERS = 16_384;

/** Pushed authorization requests (RFC 9126), ours: the request travels from server to server, and the browser carries a reference. Throws OAuthError. */
@Injectable()
export class PushAuthorization {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly outbox: EventOutbox,
    private readonly pushed: PushedRequests,
    private readonly targets: RequestTargets,
  ) {}

  async run(ctx: ProjectContext, given: TokenParams, dpop: DpopReading): Promise<{ request_uri: string; expires_in: number }> {
    await reportingLimits(ctx, this.outbox, () => limitTokens(this.limiter, ctx, [tokenPerAddress(ctx)]));
    const client = provenClient(ctx, given);
    if (client.x_application_type === "m2m") throw new OAuthError("unauthorized_client", "m2m clients are not allowed to use the authorize endpoint");
    if (given.request !== undefined) throw new OAuthError("request_not_supported", "request objects are not supported");
    if (given.request_uri !== undefined) throw new OAuthError("invalid_request", "request_uri must not be pushed");
    const { client_secret: _secret, ...asked } = given;
    const params: TokenParams = { ...asked, ...boundKey(asked, requireSoundProof(ctx, client, dpop)) };
    const size = Object.entries(params).reduce((sum, [name, value = ""]) => sum + name.length + value.length, 0);
    if (size > MAX_CHARACTERS) throw new OAuthError("invalid_request", "the request is too large");
    responseMode(params);
    checkRedirectUri(ctx, client, params.redirect_uri);
    await this.targets.check(ctx, client, params);
    await readIdTokenHint(ctx, params.id_token_hint);
    const request_uri = await this.pushed.create(ctx, params as Record<string, string>);
    return { request_uri, expires_in: PUSHED_REQUEST_SECONDS };
  }
}

/** A proof on the pushed request binds the code like `dpop_jkt`, and must agree with it (RFC 9449 §10.1). */
function boundKey({ dpop_jkt }: TokenParams, jkt: string | null): { dpop_jkt?: string } {
  if (jkt === null) return {};
  if (dpop_jkt && dpop_jkt !== jkt) throw new OAuthError("invalid_dpop_proof", "Invalid DPoP key binding");
  return { dpop_jkt: jkt };
}
