import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ProviderEndpoints } from "@gatehouse/service-social-login";
import { APPLE_KEY_ID, APPLE_TEAM_ID, appSecretProof, FAKE_CLIENT, FakeKeys, type FakeType } from "./fake-credentials.js";

type Json = Record<string, unknown>;

/** How the next answers are made wrong; cleared by `reset`. */
export interface Tampering {
  /** Laid over the claims of ID tokens; undefined removes one. */
  claims?: Json;
  /** Makes the ID token instead of the provider's key. */
  sign?: (claims: Json) => string | Promise<string>;
  /** Answers a request whose path ends in `at` instead of the provider. */
  answer?: { at: string; by: (response: ServerResponse, request: IncomingMessage) => void };
}

/** What a person does at the provider. */
export interface Choice {
  /** An error instead of a code. */
  deny?: string;
  /** Apple's field `user` of a first consent. */
  user?: unknown;
}

/** A provider of every type on one local port. */
export interface FakeProvider {
  origin: string;
  /** Issuer of the ID tokens of the type `adfs`, whose discovery document is at `discovery`. */
  issuer: string;
  discovery: string;
  /** Give them to `SocialLogin`, so that each type leads here. */
  endpoints: ProviderEndpoints;
  /** `METHOD /path` of every request. */
  calls: string[];
  tamper: Tampering;
  keys: FakeKeys;
  /** The last authorization URL that was visited. */
  lastAuthorizationUrl(): string | undefined;
  /** An item of `identity.oauth.providers` for this provider; its alias is the type. */
  config(type: FakeType, more?: Json): Json & { alias: string; type: FakeType; client_id: string };
  clientSecret(type: FakeType): string;
  /** The account that signs in from now on, in the provider's own words. */
  setAccount(account: Json): void;
  /** Visits an authorization URL as a browser would and returns the callback's query or form. */
  authorize(url: string, choice?: Choice): Promise<string>;
  reset(): void;
  close(): Promise<void>;
}

interface Grant {
  type: FakeType;
  redirectUri: string;
  account: Json;
}

const SCOPES: Readonly<Record<FakeType, string>> = {
  google: "openid profile email",
  apple: "name email",
  facebook: "email public_profile",
  github: "read:user user:email",
  linkedin: "openid profile email",
  azureadv2: "openid profile email",
  azureadb2c: "openid",
  adfs: "openid profile email",
  wechat: "snsapi_login",
};
const typeKeys = (origin: string): Partial<Record<FakeType, Json>> => ({
  apple: { key_id: APPLE_KEY_ID, team_id: APPLE_TEAM_ID },
  azureadv2: { tenant: "organizations" },
  azureadb2c: { tenant: "contoso", policy: "b2c_1_signin" },
  adfs: { discovery_document_endpoint: `${origin}/adfs/.well-known/openid-configuration` },
  wechat: { app_type: "web", account_id: "gh_fake" },
});
const endpointsAt = (origin: string): ProviderEndpoints => {
  const discovery = (path: string) => `${origin}/${path}/.well-known/openid-configuration`;
  const plain = (type: string) => ({ authorization: `${origin}/${type}/authorize`, token: `${origin}/${type}/token`, user: `${origin}/${type}/user` });
  return new ProviderEndpoints({
    google: { discovery: discovery("google"), issuers: [`${origin}/google`] },
    apple: { authorization: `${origin}/apple/authorize`, token: `${origin}/apple/token`, keys: `${origin}/apple/keys`, issuer: `${origin}/apple` },
    facebook: plain("facebook"),
    github: plain("github"),
    linkedin: { discovery: discovery("linkedin") },
    azureadv2: { discovery: discovery("azureadv2/{tenant}/v2.0") },
    azureadb2c: { discovery: discovery("azureadb2c/{tenant}/{policy}/v2.0") },
    wechat: plain("wechat"),
  });
};

const random = (): string => randomBytes(12).toString("hex");
const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const unhtml = (text: string): string => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const body = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};
const send = (response: ServerResponse, status: number, value: unknown): void => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));

/** Thrown by a check: the answer of the provider. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly answer: unknown,
  ) {
    super("refused");
  }
}
const wechatError = (errcode: number, errmsg: string) => new Refusal(200, { errcode, errmsg });
const refusal = (type: FakeType, error: string): Refusal => {
  if (type === "wechat") return wechatError(error === "invalid_client" ? 40125 : 40029, error);
  if (type === "facebook") return new Refusal(400, { error: { message: error, type: "OAuthException", code: 100 } });
  return new Refusal(type === "github" ? 200 : 400, { error, error_description: `refused: ${error}` });
};

class Server {
  origin = "";
  account: Json = {};
  tamper: Tampering = {};
  lastUrl: string | undefined;
  choice: Choice = {};
  readonly calls: string[] = [];
  private readonly codes = new Map<string, Grant>();
  private readonly tokens = new Map<string, Grant>();

  constructor(readonly keys: FakeKeys) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    this.calls.push(`${request.method} ${url.pathname}`);
    const [type, ...rest] = url.pathname.slice(1).split("/") as [FakeType, ...string[]];
    const door = rest.at(-1);
    try {
      if (this.tamper.answer && url.pathname.endsWith(this.tamper.answer.at)) return this.tamper.answer.by(response, request);
      if (door === "openid-configuration") return send(response, 200, this.discovery(type));
      if (door === "keys") return send(response, 200, { keys: [this.keys.publicJwk] });
      if (door === "authorize") return this.authorize(type, url, response);
      if (door === "token") return await this.token(type, request, response);
      if (door === "user") return this.user(type, { url, request }, response);
      throw new Refusal(404, { error: "not_found" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.status, error.answer);
    }
  }

  private discovery(type: FakeType): Json {
    const at = (door: string) => `${this.origin}/${type}/${door}`;
    return {
      issuer: `${this.origin}/${type}`,
      authorization_endpoint: type === "azureadb2c" ? `${at("authorize")}?p=policy` : at("authorize"),
      token_endpoint: at("token"),
      jwks_uri: at("keys"),
      userinfo_endpoint: at("user"),
      id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
    };
  }

  private authorize(type: FakeType, url: URL, response: ServerResponse): void {
    const asked = url.searchParams;
    const redirectUri = asked.get("redirect_uri") ?? "";
    const mode = asked.get("response_mode");
    const wrong =
      (asked.get(type === "wechat" ? "appid" : "client_id") !== FAKE_CLIENT.id && "client") ||
      (!URL.canParse(redirectUri) && "redirect_uri") ||
      (type !== "github" && asked.get("response_type") !== "code" && "response_type") ||
      (asked.get("scope") !== SCOPES[type] && "scope") ||
      (type === "apple" && mode !== "form_post" && "response_mode must be form_post when name or email scope is requested");
    if (wrong) throw new Refusal(400, { error: "invalid_request", error_description: wrong });
    const code = random();
    this.codes.set(code, { type, redirectUri, account: this.account });
    const { deny, user } = this.choice;
    const answer = new URLSearchParams(deny ? { error: deny, error_description: "The person said no." } : { code });
    if (asked.has("state")) answer.set("state", asked.get("state") as string);
    if (user !== undefined) answer.set("user", typeof user === "string" ? user : JSON.stringify(user));
    if (mode !== "form_post") {
      const back = new URL(redirectUri);
      for (const [name, value] of answer) back.searchParams.append(name, value);
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const fields = [...answer].map(([name, value]) => `<input type="hidden" name="${html(name)}" value="${html(value)}">`).join("");
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<form method="post" action="${html(redirectUri)}">${fields}</form><script>document.forms[0].submit()</script>`);
  }

  private async token(type: FakeType, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST" || request.headers["content-type"] !== "application/x-www-form-urlencoded") throw refusal(type, "invalid_request");
    const form = new URLSearchParams(await body(request));
    const [id, secret] = type === "wechat" ? [form.get("appid"), form.get("secret")] : [form.get("client_id"), form.get("client_secret")];
    const rightSecret = type === "apple" ? await this.keys.isAppleSecret(secret ?? "", `${this.origin}/apple`) : secret === FAKE_CLIENT.secret;
    if (id !== FAKE_CLIENT.id || !rightSecret) throw refusal(type, "invalid_client");
    if (type !== "github" && form.get("grant_type") !== "authorization_code") throw refusal(type, "unsupported_grant_type");
    const code = form.get("code") ?? "";
    const grant = this.codes.get(code);
    this.codes.delete(code);
    if (grant?.type !== type || (type !== "wechat" && grant.redirectUri !== form.get("redirect_uri")))
      throw refusal(type, type === "github" ? "bad_verification_code" : "invalid_grant");
    const token = random();
    this.tokens.set(token, grant);
    const { openid, unionid } = grant.account;
    const answer: Json = { access_token: token, token_type: "Bearer", expires_in: 3600 };
    if (type === "github" && !request.headers.accept?.includes("application/json")) return void response.end(new URLSearchParams({ access_token: token }).toString());
    if (type === "wechat") Object.assign(answer, { openid, ...(unionid === undefined ? {} : { unionid }) });
    else if (type !== "github" && type !== "facebook") answer.id_token = await this.idToken(type, grant.account);
    send(response, 200, answer);
  }

  private idToken(type: FakeType, account: Json): string | Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const said = type === "linkedin" ? { sub: account.sub } : account;
    const claims = { iss: `${this.origin}/${type}`, aud: FAKE_CLIENT.id, iat: now, exp: now + 600, ...said, ...this.tamper.claims };
    const known = JSON.parse(JSON.stringify(claims)) as Json;
    return this.tamper.sign ? this.tamper.sign(known) : this.keys.sign(known);
  }

  private user(type: FakeType, { url, request }: { url: URL; request: IncomingMessage }, response: ServerResponse): void {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const token = (type === "wechat" ? url.searchParams.get("access_token") : bearer) ?? "";
    const grant = this.tokens.get(token);
    if (grant?.type !== type) throw type === "wechat" ? wechatError(40001, "invalid credential") : new Refusal(401, { message: "Bad credentials" });
    if (type === "github" && !request.headers["user-agent"]) throw new Refusal(403, { message: "Request forbidden by administrative rules: no User-Agent" });
    if (type === "facebook" && url.searchParams.get("appsecret_proof") !== appSecretProof(token)) throw refusal(type, "Invalid appsecret_proof provided in the API argument");
    if (type === "wechat" && (url.searchParams.get("openid") !== grant.account.openid || url.searchParams.get("lang") !== "en")) throw wechatError(40003, "invalid openid");
    send(response, 200, grant.account);
  }
}

async function visit(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "manual" });
  const page = await response.text();
  if (response.status === 302) return new URL(response.headers.get("location") as string).search;
  if (response.status !== 200) throw new Error(`the provider shows an error page: ${page}`);
  const fields = [...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [unhtml(name as string), unhtml(value as string)] as const);
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}

/** Starts a provider of every type on a free local port. It checks what real ones check: client and secret, redirect URI, single use of codes, proofs. */
export async function startFakeProvider(): Promise<FakeProvider> {
  const server = new Server(await FakeKeys.make());
  const http = createServer((request, response) => void server.handle(request, response).catch(() => response.writeHead(500).end()));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server.origin = origin;
  return {
    origin,
    issuer: `${origin}/adfs`,
    discovery: `${origin}/adfs/.well-known/openid-configuration`,
    endpoints: endpointsAt(origin),
    calls: server.calls,
    keys: server.keys,
    tamper: server.tamper,
    lastAuthorizationUrl: () => server.lastUrl,
    config: (type, more = {}) => ({ alias: type, type, client_id: FAKE_CLIENT.id, ...typeKeys(origin)[type], ...more }),
    clientSecret: (type) => (type === "apple" ? server.keys.applePrivatePem : FAKE_CLIENT.secret),
    setAccount: (account) => {
      server.account = account;
    },
    authorize: (url, choice = {}) => {
      server.lastUrl = url;
      server.choice = choice;
      return visit(url);
    },
    reset: () => {
      for (const key of Object.keys(server.tamper)) delete server.tamper[key as keyof Tampering];
      server.calls.splice(0);
    },
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(() => resolve()));
    },
  };
}
