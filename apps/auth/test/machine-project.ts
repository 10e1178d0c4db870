import { ClientResourceStore, ResourceStore, ScopeStore } from "@gatehouse/record-resources";
import { type AuthClient, authClient } from "./auth-client.js";

export const API = "https://api.test/v1";
const MACHINES = [
  { client_id: "machine", name: "machine", x_application_type: "m2m" },
  { client_id: "other", name: "other", x_application_type: "m2m" },
  { client_id: "web", name: "web", client_name: "Web", x_application_type: "confidential", redirect_uris: ["http://web.test/cb"] },
  { client_id: "third", name: "third", client_name: "Third", x_application_type: "third_party_app", redirect_uris: ["http://third.test/cb"] },
  { client_id: "spa", name: "spa", x_application_type: "spa", redirect_uris: ["http://app.test/cb"] },
  { client_id: "listed", name: "listed", x_application_type: "spa", redirect_uris: ["http://app.test/cb"], grant_types: ["client_credentials"] },
];
const secretOf = (client_id: string) => ({ client_id, keys: [{ kty: "oct", kid: client_id, k: Buffer.from(`secret-of-${client_id}`).toString("base64url"), created_at: 1 }] });

/** A project with machines; `machine` may read and write at `API`, and not administer. `listed` is a public client that the configuration lets take the grant. */
export async function machineProject(oauth: Record<string, unknown> = {}, secrets: { key: string; data: unknown }[] = []): Promise<AuthClient> {
  const client = await authClient({
    config: { oauth: { clients: MACHINES, ...oauth } },
    secrets: [{ key: "oauth.client_secrets", data: { items: ["machine", "other", "web", "third"].map(secretOf) } }, ...secrets],
  });
  const { ctx, db } = client.project;
  await db.transaction(async (tx) => {
    await new ResourceStore().create(ctx, tx, { uri: API });
    for (const scope of ["write", "read", "admin"]) await new ScopeStore().create(ctx, tx, { resourceUri: API, scope });
    const links = new ClientResourceStore();
    await links.addResource(ctx, tx, { resourceUri: API, clientId: "machine" });
    await links.addScopes(ctx, tx, { resourceUri: API, clientId: "machine", scopes: ["read", "write"] });
  });
  return client;
}

/** The form of a machine. */
export const machineForm = (more: Record<string, string> = {}): Record<string, string> => ({
  grant_type: "client_credentials",
  client_id: "machine",
  client_secret: "secret-of-machine",
  resource: API,
  ...more,
});

/** Claims and header of a JWT, unchecked. */
export function partsOf(token: string): { header: Record<string, unknown>; claims: Record<string, any> } {
  const [header, claims] = token.split(".").map((part) => Buffer.from(part, "base64url").toString("utf8"));
  return { header: JSON.parse(header as string) as Record<string, unknown>, claims: JSON.parse(claims as string) as Record<string, any> };
}
