import { defineError } from "@gatehouse/platform-errors-core";

/** The page's session, or its step, is gone. */
export const webUiInvalidSession = defineError({
  name: "Invalid",
  reason: "WebUIInvalidSession",
  message: "session expired or invalid",
  cause: "The web session or the `state` is unknown or expired.",
  remedy: "Start again.",
});

const wechat = (message: string, cause: string) =>
  defineError({ name: "Invalid", reason: "Invalid", message, cause, remedy: "See `wechat_redirect_uris` of the WeChat provider." });
/** An app that logs in with WeChat does not say where it takes the answer. */
export const missingWechatRedirectUri = wechat("missing wechat redirect uri", "The request has `x_platform` of an app, and no `x_wechat_redirect_uri`.");
/** No WeChat provider of the project lists the address. */
export const wechatRedirectUriNotAllowed = wechat("wechat redirect URI is not allowed", "No WeChat provider lists this `x_wechat_redirect_uri`.");
