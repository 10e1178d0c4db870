import { type AuthClient, authClient, obtainCode, type Reply } from "./auth-client.js";

const SPA = { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] };
/** A project that lets clients register themselves, unless it says otherwise. */
export const project = (oauth: Record<string, unknown> = { dynamic_client_registration: { enabled: true } }): Promise<AuthClient> =>
  authClient({ config: { oauth: { clients: [SPA], ...oauth } } });
/** What a public client says of itself. */
export const APP = { redirect_uris: ["https://app.example.com/cb"], client_name: "Some App", token_endpoint_auth_method: "none" };
/** Registers a client. */
export const register = (client: AuthClient, document: unknown = APP): Promise<Reply> => client.send("/oauth2/register", { json: document });
/** Headers with a token. */
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Signs in at a client and answers its consent page. */
export async function letIn(client: AuthClient, clientId: string, redirectUri: string): Promise<{ page: Reply; tokens: Reply }> {
  const { answer, consent, verifier } = await obtainCode(client, { clientId, redirectUri, email: "reg@example.com", scope: "openid offline_access email" });
  const granted = await client.send(consent, { form: { x_action: "consent" } });
  const code = new URL(granted.headers.location as string).searchParams.get("code") as string;
  const form = { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: redirectUri, code_verifier: verifier };
  return { page: answer, tokens: await client.send("/oauth2/token", { form }) };
}
