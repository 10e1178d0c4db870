/** Where the providers are. `{tenant}` and `{policy}` stand for keys of the provider's configuration. AD FS has its address in its configuration. */
export interface ProviderAddresses {
  /** `issuers`: what `iss` may be. */
  google: { discovery: string; issuers: readonly string[] };
  /** `issuer` is also the audience of the client secret. */
  apple: { authorization: string; token: string; keys: string; issuer: string };
  facebook: { authorization: string; token: string; user: string };
  github: { authorization: string; token: string; user: string };
  linkedin: { discovery: string };
  azureadv2: { discovery: string };
  azureadb2c: { discovery: string };
  wechat: { authorization: string; token: string; user: string };
}

const DISCOVERY = ".well-known/openid-configuration";
const addresses: ProviderAddresses = {
  google: { discovery: `https://accounts.google.com/${DISCOVERY}`, issuers: ["https://accounts.google.com", "accounts.google.com"] },
  apple: {
    authorization: "https://appleid.apple.com/auth/authorize",
    token: "https://appleid.apple.com/auth/token",
    keys: "https://appleid.apple.com/auth/keys",
    issuer: "https://appleid.apple.com",
  },
  facebook: {
    authorization: "https://www.facebook.com/v11.0/dialog/oauth",
    token: "https://graph.facebook.com/v11.0/oauth/access_token",
    user: "https://graph.facebook.com/v11.0/me",
  },
  github: { authorization: "https://github.com/login/oauth/authorize", token: "https://github.com/login/oauth/access_token", user: "https://api.github.com/user" },
  linkedin: { discovery: `https://www.linkedin.com/oauth/${DISCOVERY}` },
  azureadv2: { discovery: `https://login.microsoftonline.com/{tenant}/v2.0/${DISCOVERY}` },
  azureadb2c: { discovery: `https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/{policy}/v2.0/${DISCOVERY}` },
  wechat: {
    authorization: "https://open.weixin.qq.com/connect/qrconnect",
    token: "https://api.weixin.qq.com/sns/oauth2/access_token",
    user: "https://api.weixin.qq.com/sns/userinfo",
  },
};

/** The addresses of the real providers (spec: providers §A.3); a test gives others. */
export class ProviderEndpoints {
  readonly addresses: ProviderAddresses;

  constructor(changes: Partial<ProviderAddresses> = {}) {
    this.addresses = { ...addresses, ...changes };
  }
}
