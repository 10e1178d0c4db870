import { invalidConfiguration, oauthError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accessTokenOf, withParameters } from "../protocol/authorization-code.js";
import { errorText, type ProviderCall } from "../protocol/provider-http.js";
import type { Provider, ProviderParts, ProviderSettings } from "./provider.js";

/** WeChat: parameters of its own names, errors in answers of status 200, no address. */
export function wechat({ addresses, http }: ProviderParts): Provider {
  const { authorization, token, user } = addresses.wechat;
  const call = async (ctx: ProjectContext, request: ProviderCall): Promise<Record<string, unknown>> => {
    const json = await http.object(ctx, { type: "wechat", ...request });
    if (json.errcode) throw oauthError({ error: String(json.errcode).slice(0, 50), error_description: errorText(json.errmsg) ?? "", provider_type: "wechat", error_category: "" });
    return json;
  };
  return {
    type: "wechat",
    hasEmail: false,
    hidesEmail: false,
    providerKeys: ({ keys }) => ({ account_id: keys.account_id, is_sandbox_account: String(keys.is_sandbox_account === true) }),
    authorizationUrl: async (_ctx, { clientId }, { redirectUri, state }) =>
      `${withParameters(authorization, { appid: clientId, redirect_uri: redirectUri, response_type: "code", scope: "snsapi_login", state })}#wechat_redirect`,
    async account(ctx, settings, { code }) {
      const form = { appid: settings.clientId, secret: settings.clientSecret, code, grant_type: "authorization_code" };
      const tokens = await call(ctx, { url: token, form });
      const subjectId = wechatSubject(settings, tokens);
      const rawProfile = await call(ctx, { url: withParameters(user, { access_token: accessTokenOf(tokens), openid: errorText(tokens.openid), lang: "en" }) });
      return { subjectId, rawProfile, claims: wechatClaims(rawProfile) };
    },
  };
}

/** `unionid`, which all apps of a company share; sandbox accounts have none and go by `openid`. Throws InvalidConfiguration when the answer shows the other kind of account. */
export function wechatSubject({ keys }: Pick<ProviderSettings, "keys">, { unionid, openid }: Readonly<Record<string, unknown>>): unknown {
  const sandbox = keys.is_sandbox_account === true;
  if (sandbox && unionid) throw invalidConfiguration("is_sandbox_account is on and the WeChat account is no sandbox account");
  const id = sandbox ? openid : unionid;
  if (!id) throw invalidConfiguration(`WeChat gave no ${sandbox ? "openid" : "unionid"}; check is_sandbox_account`);
  return id;
}

/** Standard claims of a WeChat profile. */
export function wechatClaims({ nickname, language, sex }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const gender = sex === 1 ? "male" : sex === 2 ? "female" : undefined;
  return { name: nickname, given_name: nickname, locale: language, gender };
}
