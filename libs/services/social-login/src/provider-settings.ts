import { oauthProviderMissingCredentials, oauthProviderNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { ProviderConfig, ProviderSettings } from "./providers/provider.js";

/** `active`: credentials of the project. The other two: demo credentials are chosen, and the deployment has some for the type, or none. */
export type ProviderStatus = "active" | "missing_credentials" | "using_demo_credentials";

/** A provider that may be offered. */
export interface SocialProvider {
  alias: string;
  type: string;
  status: ProviderStatus;
  wechatAppType?: "mobile" | "web";
  /** The end user may not add such an identity in settings. */
  createDisabled: boolean;
  /** The end user may not remove such an identity in settings. */
  deleteDisabled: boolean;
}

const demoOf = (ctx: ProjectContext, own: ProviderConfig) => ctx.project.secrets["sso.oauth.demo_credentials"]?.items.find((item) => item.provider_config.type === own.type);
const wantsDemo = (own: ProviderConfig): boolean => own.credentials_behavior === "use_demo_credentials";

/** The project's providers in their order, without the types that its plan disables. */
export function offeredProviders(ctx: ProjectContext): readonly ProviderConfig[] {
  const plan: Readonly<Record<string, { disabled?: boolean }>> = ctx.project.features.identity.oauth.providers;
  return (ctx.project.config.identity.oauth.providers ?? []).filter(({ type }) => plan[type]?.disabled !== true);
}

/** A provider as it may be shown. */
export function socialProvider(ctx: ProjectContext, own: ProviderConfig): SocialProvider {
  const demo = wantsDemo(own) ? demoOf(ctx, own) : undefined;
  const appType = (demo?.provider_config ?? own).app_type;
  return {
    alias: own.alias,
    type: own.type,
    status: demo ? "using_demo_credentials" : wantsDemo(own) ? "missing_credentials" : "active",
    ...(own.type === "wechat" && (appType === "mobile" || appType === "web") ? { wechatAppType: appType } : {}),
    createDisabled: own.create_disabled === true,
    deleteDisabled: own.delete_disabled === true,
  };
}

/** A provider with its credentials. Throws OAuthProviderNotFound for an alias that is not offered or has no secret, and OAuthProviderMissingCredentials. */
export function providerSettings(ctx: ProjectContext, alias: string): ProviderSettings {
  const own = offeredProviders(ctx).find((one) => one.alias === alias);
  if (!own) throw oauthProviderNotFound();
  const { type } = own;
  if (wantsDemo(own)) {
    const demo = demoOf(ctx, own);
    if (!demo) throw oauthProviderMissingCredentials({ OAuthProviderAlias: alias, OAuthProviderType: type });
    return { alias, type, clientId: demo.provider_config.client_id, clientSecret: demo.client_secret, keys: demo.provider_config, own };
  }
  const secret = ctx.project.secrets["sso.oauth.client"]?.items.find((item) => item.alias === alias)?.client_secret;
  if (!secret) throw oauthProviderNotFound();
  return { alias, type, clientId: own.client_id, clientSecret: secret, keys: own, own };
}

/** A provider as far as its keys tell its accounts apart: no secret is needed for that, and none is in it. Undefined for an unknown alias. */
export function settingsOfKeys(ctx: ProjectContext, alias: string): ProviderSettings | undefined {
  const own = ctx.project.config.identity.oauth.providers?.find((one) => one.alias === alias);
  if (!own) return undefined;
  const keys = (wantsDemo(own) ? demoOf(ctx, own)?.provider_config : undefined) ?? own;
  return { alias, type: own.type, clientId: keys.client_id, clientSecret: "", keys, own };
}
