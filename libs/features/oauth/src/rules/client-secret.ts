import type { OAuthClientConfig } from "@gatehouse/domain-config";
import { findClient, OAuthError } from "@gatehouse/domain-oauth";
import type { ProjectContext } from "@gatehouse/domain-project";
import { constantTimeEqual, octKeyBytes } from "@gatehouse/platform-crypto";

/** The client of a token request. Throws `invalid_client`. */
export function requireClient(ctx: ProjectContext, clientId: string | undefined): OAuthClientConfig {
  const client = findClient(ctx.project.config, clientId);
  if (!client) throw new OAuthError("invalid_client", "invalid client ID");
  return client;
}

/** Compares a secret with every key of the client, in constant time. Throws `invalid_request` when none fits. */
export function checkClientSecret(ctx: ProjectContext, client: OAuthClientConfig, secret: string): void {
  const keys = ctx.project.secrets["oauth.client_secrets"]?.items.find(({ client_id }) => client_id === client.client_id)?.keys ?? [];
  if (keys.length === 0) throw new OAuthError("invalid_request", "client secret is not supported for the client");
  const right = keys.map((key) => constantTimeEqual(octKeyBytes(key).toString("utf8"), secret)).includes(true);
  if (!right) throw new OAuthError("invalid_request", "invalid client secret");
}
