import { Injectable } from "@nestjs/common";
import { type AuthorizeParams, findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { PushedRequests } from "@gatehouse/record-grants";

/** Puts a pushed request in the place of its reference, once (RFC 9126 §4). Refuses requests that were to be pushed and were not. Throws OAuthError; no answer may go to a redirect URI then. */
@Injectable()
export class OpenPushedRequest {
  constructor(private readonly pushed: PushedRequests) {}

  async run(ctx: ProjectContext, params: AuthorizeParams): Promise<AuthorizeParams> {
    const { oauth } = ctx.project.config;
    if (!oauth.pushed_authorization_requests_enabled) return params;
    if (params.request_uri !== undefined) {
      const pushed = await this.pushed.consume(ctx, params.request_uri, params.client_id ?? "");
      if (!pushed) throw new OAuthError("invalid_request", "request_uri is invalid or expired");
      return pushed;
    }
    const client = findClient(ctx.project.config, params.client_id);
    if (oauth.require_pushed_authorization_requests || client?.require_pushed_authorization_requests)
      throw new OAuthError("invalid_request", "the authorization request must be pushed");
    return params;
  }
}
