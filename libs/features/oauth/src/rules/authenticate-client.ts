import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { clientTraits, findClient, isRegistered, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { checkClientSecret, requireClient } from "./client-secret.js";

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

/** The client of a request to an endpoint beside the token endpoint: proven where it has a secret, else known. Throws `invalid_client`, with status 401 where a proof was tried or missed. */
export function provenClient(ctx: ProjectContext, params: ClientCredentials): OAuthClientConfig {
  const client = findClient(ctx.project.config, params.client_id);
  if (!client && !params.client_secret) return requireClient(ctx, params.client_id);
  return client && !clientTraits(client).confidential ? client : authenticateClient(ctx, params);
}

/**
 * The client that registered itself and names itself with its secret where none is asked for; undefined for the project's own clients, whose secret is not looked at there
 * (spec: oauth-oidc §9.1), and where none is sent. Throws `invalid_client` for a wrong one.
 */
export function presentedClient(ctx: ProjectContext, params: ClientCredentials): OAuthClientConfig | undefined {
  const client = params.client_secret ? findClient(ctx.project.config, params.client_id) : undefined;
  return client && isRegistered(client) ? authenticateClient(ctx, params) : undefined;
}

const refused = (): OAuthError => new OAuthError("invalid_client", "client authentication failed", 401);
