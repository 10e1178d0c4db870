import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { checkClientSecret } from "./client-secret.js";

interface ClientCredentials {
  client_id?: string;
  client_secret?: string;
}

/** The client of a request that proves itself with its secret, as endpoints beside the token endpoint ask it (RFC 6749 §2.3.1). Throws `invalid_client` with status 401. */
export function authenticateClient(ctx: ProjectContext, { client_id, client_secret }: ClientCredentials): OAuthClientConfig {
  const client = findClient(ctx.project.config, client_id);
  if (!client || !client_secret || !clientTraits(client).confidential) throw refused();
  try {
    checkClientSecret(ctx, client, client_secret);
  } catch (error) {
    throw error instanceof OAuthError ? refused() : error;
  }
  return client;
}

/** The client that a request names with a secret; undefined where it sends none, for not every endpoint asks for one. Throws `invalid_client` for a wrong one. */
export const presentedClient = (ctx: ProjectContext, params: ClientCredentials): OAuthClientConfig | undefined =>
  params.client_secret ? authenticateClient(ctx, params) : undefined;

const refused = (): OAuthError => new OAuthError("invalid_client", "client authentication failed", 401);
