import { type ClientMetadata, registeredClient } from "@gatehouse/domain-oauth";
import type { Project } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** A compiled project with the clients that described themselves, where it has any such. Clients of the files come first, and win. */
export async function withRegisteredClients(tx: Tx, project: Project): Promise<Project> {
  const { oauth } = project.config;
  const kinds = { registered: oauth.dynamic_client_registration.enabled, documents: oauth.client_id_metadata_documents.enabled };
  if (!kinds.registered && !kinds.documents) return project;
  const rows = await tx.query<{ client_id: string; metadata: ClientMetadata; client_secret_hash: string | null }>(
    "select client_id, metadata, client_secret_hash from registered_client where project_id = $1 order by created_at, client_id",
    [project.id],
  );
  const known = new Set(oauth.clients.map(({ client_id }) => client_id));
  const clients = rows
    .filter(({ client_id }) => !known.has(client_id) && (client_id.includes("://") ? kinds.documents : kinds.registered))
    .map(({ client_id, metadata, client_secret_hash }) => Object.freeze(registeredClient(client_id, metadata, client_secret_hash)));
  return Object.freeze({
    ...project,
    config: Object.freeze({ ...project.config, oauth: Object.freeze({ ...oauth, clients: Object.freeze([...oauth.clients, ...clients]) as typeof oauth.clients }) }),
  });
}
