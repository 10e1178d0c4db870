import { vi } from "vitest";
import { parse, stringify } from "yaml";
import type { UserId } from "@gatehouse/domain-project";
import type { HttpService } from "@gatehouse/platform-http";
import { ProjectRegistry } from "@gatehouse/service-project-registry";
import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";

type Json = Record<string, any>;

export const FULL = "openid offline_access https://authgear.com/scopes/full-access";
export const DEVICE = { ios: { uname: { machine: "iPhone15,2", nodename: "Anns-iPhone" }, NSBundle: { CFBundleDisplayName: "Shop", CFBundleIdentifier: "com.shop" } } };
export const encoded = (info: unknown): string => Buffer.from(JSON.stringify(info)).toString("base64url");

/** A browser or device of the same project that has never been here. */
export function another(client: AuthClient): AuthClient {
  const other = Object.create(Object.getPrototypeOf(client)) as AuthClient;
  return Object.assign(other, client, { jar: {} });
}

interface Asked {
  email: string;
  clientId?: string;
  redirectUri?: string;
  scope?: string;
  /** Parameters of the authorization request. */
  more?: Record<string, string>;
  /** Parameters of the token request. */
  token?: Record<string, string>;
  headers?: Record<string, string>;
}

/** Signs in and exchanges the code; returns the token response. */
export async function signIn(client: AuthClient, { token = {}, headers, ...asked }: Asked): Promise<Json> {
  const { code, verifier, answer, consent } = await obtainCode(client, { scope: FULL, ...asked });
  const granted = code ? answer : await client.send(consent, { form: { x_action: "consent" } });
  const found = code || (new URL(granted.headers.location as string).searchParams.get("code") as string);
  const client_id = asked.clientId ?? "spa";
  const secret: Record<string, string> = ["third", "web"].includes(client_id) ? { client_secret: `secret-of-${client_id}` } : {};
  const form = { grant_type: "authorization_code", client_id, code: found, redirect_uri: asked.redirectUri ?? "http://app.test/cb", code_verifier: verifier, ...secret, ...token };
  return (await client.send("/oauth2/token", { form, ...(headers ? { headers } : {}) })).json;
}

export const third = { clientId: "third", redirectUri: "http://third.test/cb", scope: "openid offline_access email" };

export const refresh = (client: AuthClient, tokens: Json, clientId = "spa", more: Record<string, string> = {}): Promise<Reply> =>
  client.send("/oauth2/token", { form: { grant_type: "refresh_token", client_id: clientId, refresh_token: tokens.refresh_token, ...more } });

/** What the resolver says of credentials, its headers without their prefix. */
export async function resolve(
  client: AuthClient,
  { cookie, bearer, scheme = "Bearer" }: { cookie?: string; bearer?: string; scheme?: string } = {},
): Promise<Record<string, string>> {
  const bare = another(client);
  if (cookie !== undefined) bare.jar.session = cookie;
  const { headers } = await bare.send("/_resolver/resolve", bearer === undefined ? {} : { headers: { authorization: `${scheme} ${bearer}` } });
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (name.startsWith("x-authgear-") ? [[name.slice(11), String(value)]] : [])));
}

/** Payloads of the events of a type. */
export async function events(client: AuthClient, type: string): Promise<Json[]> {
  const { db, project } = client.project;
  const rows = await db.read((tx) => tx.query("select payload from outbox where project_id = $1 and type = $2 order by seq", [project.id, type]));
  return rows.map(({ payload }) => payload as Json);
}

/** Empties the cache of sessions, as if its seconds were over. */
export async function forgetSessions(client: AuthClient): Promise<void> {
  const { client: redis } = client.project.redis;
  const keys = await redis.keys(`*{${client.project.project.id}}:session:*`);
  const values = await Promise.all(keys.map((key) => redis.get(key)));
  const gone = keys.filter((_key, index) => values[index] !== "revoked");
  if (gone.length > 0) await redis.del(...gone);
}

/** Moves the clock of the service; the cache is as old as it would be. */
export async function later(client: AuthClient, seconds: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  await forgetSessions(client);
}

/** Publishes the project anew with a changed `authgear.yaml`. */
export async function republish(client: AuthClient, change: (config: Json) => void): Promise<void> {
  const { db, project } = client.project;
  await db.transaction(async (tx) => {
    const row = (await tx.queryOne("select content from project_file where project_id = $1 and path = 'authgear.yaml'", [project.id])) as { content: Buffer };
    const config = parse(row.content.toString("utf8")) as Json;
    change(config);
    await tx.query("update project_file set content = $2 where project_id = $1 and path = 'authgear.yaml'", [project.id, Buffer.from(stringify(config))]);
    await tx.query("update project set version = version + 1 where id = $1", [project.id]);
  });
  await (client as unknown as { http: HttpService }).http.nest.get(ProjectRegistry, { strict: false }).invalidate(project.id);
}

/** The ids on a settings page, by the name of their field. */
export const idsOn = (page: string, field: "x_session_id" | "x_authorization_id"): string[] =>
  [...page.matchAll(new RegExp(`name="${field}" value="([^"]*)"`, "g"))].map(([, id]) => id as string);

/** Browsers and devices of one user: the browser that looks at the page, and two devices that signed in elsewhere. */
export async function threeDevices() {
  const client = await authClient();
  await client.signUp("a@example.com");
  const [phone, tablet] = [another(client), another(client)];
  const onPhone = await signIn(phone, { email: "a@example.com", more: { x_sso_enabled: "false" }, token: { x_device_info: encoded(DEVICE) } });
  const onTablet = await signIn(tablet, {
    email: "a@example.com",
    more: { x_sso_enabled: "false" },
    token: { x_device_info: encoded({ android: { Build: { MANUFACTURER: "Google", MODEL: "Pixel 7" }, ApplicationInfoLabel: "Shop" } }) },
  });
  return { client, onPhone, onTablet };
}

/** Whether a refresh token still gives tokens. */
export const alive = async (client: AuthClient, tokens: Json, clientId = "spa"): Promise<boolean> => (await refresh(client, tokens, clientId)).status === 200;
export const userId = async (client: AuthClient): Promise<UserId> => (await client.send("/oauth2/userinfo")).json.sub;
/** What the lines of a settings page are called. */
export const names = (page: string): string[] => [...page.matchAll(/<dt>([^<]*)/g)].map(([, name]) => name as string);
