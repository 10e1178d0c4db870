import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { findClient, isRegistered, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual, octKeyBytes, sha256Hex } from "@gatehouse/platform-crypto";

/** The client of a token request. Throws `invalid_client`. */
export function requireClient(ctx: ProjectContext, clientId: string | undefined): OAuthClientConfig {
  const client = findClient(ctx.project.config, clientId);
  if (!client) throw new OAuthError("invalid_client", "invalid client ID");
  return client;
}

/** Compares a secret with every key of the client, in constant time; of a client that registered itself with the hash that is kept. Throws `invalid_request` when none fits. */
export function checkClientSecret(ctx: ProjectContext, client: OAuthClientConfig, secret: string): void {
  const refuse = (description: string): OAuthError => new OAuthError("invalid_request", description);
  if (isRegistered(client) && client.secretHash) {
    if (constantTimeEqual(client.secretHash, sha256Hex(secret))) return;
    throw refuse("invalid client secret");
  }
  const keys = ctx.project.secrets["oauth.client_secrets"]?.items.find(({ client_id }) => client_id === client.client_id)?.keys ?? [];
  if (keys.length === 0) throw refuse("client secret is not supported for the client");
  const right = keys.map((key) => constantTimeEqual(octKeyBytes(key).toString("utf8"), secret)).includes(true);
  if (!right) throw refuse("invalid client secret");
}

/** At a refresh the project's own clients may leave their secret out, as the reference lets them; one that registered itself with a secret may not (RFC 6749 §6). A wrong one is refused. */
export function checkRefreshSecret(ctx: ProjectContext, client: OAuthClientConfig, secret: string | undefined): void {
  if (secret) checkClientSecret(ctx, client, secret);
  else if (isRegistered(client) && client.secretHash) throw new OAuthError("invalid_client", "client secret is required");
}
