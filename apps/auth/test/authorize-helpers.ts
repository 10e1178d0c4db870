import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";

/** Scopes, and what login hints begin with. */
export const FULL = "https://authgear.com/scopes/full-access";
export const URL_SCOPE = "https://authgear.com/scopes/pre-authenticated-url";
export const HINT = "https://authgear.com/login_hint?";

const clients = [
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] },
  {
    client_id: "third",
    name: "third",
    client_name: "Third",
    x_application_type: "third_party_app",
    redirect_uris: ["http://third.test/cb"],
    policy_uri: "https://third.test/policy",
  },
  { client_id: "single", name: "single", x_application_type: "native", redirect_uris: ["http://app.test/cb"], x_max_concurrent_session: 1 },
  { client_id: "custom", name: "custom", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], x_custom_ui_uri: "http://ui.test/auth" },
  { client_id: "two", name: "two", x_application_type: "spa", redirect_uris: ["http://app.test/cb", "com.app://host/cb"] },
  { client_id: "lender", name: "lender", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], x_pre_authenticated_url_enabled: true },
  { client_id: "machine", name: "machine", x_application_type: "m2m" },
];

const features = { oauth: { client: { custom_ui_enabled: true } } };
const secret = (client_id: string) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: Buffer.from(`secret-of-${client_id}`).toString("base64url"), created_at: 1 }] });
const secrets = [{ key: "oauth.client_secrets", data: { items: ["web", "third", "machine"].map(secret) } }];
export const project = (config: object = {}) => authClient({ config: { oauth: { clients }, ...config }, features, secrets });

export const BASE = {
  client_id: "spa",
  redirect_uri: "http://app.test/cb",
  response_type: "code",
  scope: "openid",
  code_challenge: "c".repeat(43),
  code_challenge_method: "S256",
  state: "s",
};

export function authorize(client: AuthClient, change: Record<string, string | undefined> = {}): Promise<Reply> {
  const params = Object.entries({ ...BASE, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return client.send(`/oauth2/authorize?${new URLSearchParams(params)}`);
}

export const answerOf = ({ headers }: Reply) => Object.fromEntries(new URL(headers.location as string).searchParams);
export const locationOf = ({ headers }: Reply) => new URL(headers.location as string);

export async function tokensOf(
  client: AuthClient,
  email: string,
  asked: { clientId?: string; scope?: string; more?: Record<string, string> } = {},
): Promise<Record<string, string>> {
  const { code, verifier } = await obtainCode(client, { email, ...asked });
  const form = { grant_type: "authorization_code", client_id: asked.clientId ?? "spa", code, redirect_uri: "http://app.test/cb", code_verifier: verifier };
  return (await client.send("/oauth2/token", { form })).json;
}
