import { Injectable } from "@nestjs/common";
import { standardAttributesToCopy } from "../rules/attributes-to-copy.js";
import type { IncomingIdentity } from "@gatehouse/domain-flow";
import { assertedIdentity } from "@gatehouse/domain-oauth";
import { type SocialProfile, SocialLogin } from "@gatehouse/service-social-login";
import { type Asked, type BranchOption, type InputShape, redirectUriText, text } from "../engine/options.js";
import { note, type Run } from "../engine/run.js";
import type { Input, Reactor } from "../engine/step.js";
import { Identify } from "../identify/identify.js";
import type { IdentificationMethod } from "./identification-method.js";

/** The browser is at the provider; its callback is awaited. */
interface OAuthWaiting {
  kind: "oauth";
  option: BranchOption;
  alias: string;
  redirectUri: string;
  url: string;
}

/** Identification at a social login provider (spec: authentication flow §6.2). */
@Injectable()
export class OAuthIdentification implements IdentificationMethod {
  readonly identifications = ["oauth"] as const;
  readonly reactors = {
    oauth: {
      schema: () => ({ type: "object", properties: { query: text() }, required: ["query"] }),
      react: (run, { option, alias, redirectUri }, input) => this.callback(run, option, { alias, redirectUri, query: input.query as string }),
      data: (run, { alias, url }) => {
        const provider = this.social.providers(run.ctx).find((one) => one.alias === alias);
        return {
          type: "oauth_data",
          alias,
          oauth_provider_alias: alias,
          oauth_provider_type: provider?.type,
          oauth_authorization_url: url,
          ...(provider?.wechatAppType ? { wechat_app_type: provider.wechatAppType } : {}),
          provider_status: provider?.status,
        };
      },
    } satisfies Reactor<OAuthWaiting>,
  };

  constructor(
    private readonly social: SocialLogin,
    private readonly identify_: Identify,
  ) {}

  options(run: Run, { config, ...at }: Asked): BranchOption[] {
    const { identification } = config;
    return this.social.providers(run.ctx).map(({ alias, type, status, wechatAppType }) => ({
      ...at,
      match: { identification, alias },
      shown: {
        identification,
        provider_type: type,
        oauth_provider_type: type,
        alias,
        oauth_provider_alias: alias,
        ...(wechatAppType ? { wechat_app_type: wechatAppType } : {}),
        provider_status: status,
      },
    }));
  }

  input(): InputShape {
    return { properties: { redirect_uri: redirectUriText, response_mode: { enum: ["form_post", "query"] } }, required: ["redirect_uri"] };
  }

  identify(run: Run, option: BranchOption, input: Input): Promise<void> {
    const responseMode = input.response_mode as "form_post" | "query" | undefined;
    return this.start(run, option, { redirectUri: input.redirect_uri as string, ...(responseMode ? { responseMode } : {}) });
  }

  /** Sends the browser to the provider of an option. */
  async start(run: Run, option: BranchOption, { redirectUri, responseMode }: { redirectUri: string; responseMode?: "form_post" | "query" }): Promise<void> {
    const alias = option.match.alias as string;
    const prompt = run.record.prompt;
    const url = await this.social.authorizationUrl(run.ctx, { alias, redirectUri, ...(responseMode ? { responseMode } : {}), ...(prompt ? { prompt } : {}) });
    const waiting: OAuthWaiting = { kind: "oauth", option, alias, redirectUri, url };
    run.state = { ...run.state, identification: "oauth", waiting };
  }

  private async callback(run: Run, option: BranchOption, answer: { alias: string; redirectUri: string; query: string }): Promise<void> {
    const profile = await run.trace.timed("provider", answer.alias, () => this.social.profile(run.ctx, answer));
    const asserted = assertedIdentity(run.ctx.project.config, profile);
    if (asserted) note(run, { assertedIdentities: [...(run.state.memory.assertedIdentities ?? []), asserted] });
    await this.identify_.as(run, option, incomingProfile(run, profile));
  }
}

function incomingProfile(run: Run, profile: SocialProfile): IncomingIdentity {
  const { claims, rawProfile, storeAttributes, emailVerified, uniqueKey, providerType, providerKeys, subjectId, alias } = profile;
  const email = claims.email;
  return {
    identification: "oauth",
    type: "oauth",
    uniqueKey,
    claims: storeAttributes ? claims : {},
    linkClaims: claims,
    details: { oauth: { providerType, providerKeys, subjectId, alias, rawProfile: storeAttributes ? rawProfile : {} } },
    verified: emailVerified && typeof email === "string" ? [{ name: "email", value: email }] : [],
    attributes: standardAttributesToCopy(run.ctx.project.config, claims),
  };
}
