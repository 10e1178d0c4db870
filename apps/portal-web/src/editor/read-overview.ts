import { parse } from "yaml";

/** What the overview shows of an OAuth client. */
export interface ClientSummary {
  clientId: string;
  name: string;
  type: string;
  redirectUris: string[];
}

/** Reads the OAuth clients out of authgear.yaml. A broken file gives no clients: the editor is the place to say so. */
export function readClients(content: string): ClientSummary[] {
  let root: unknown;
  try {
    root = parse(content);
  } catch {
    return [];
  }
  const clients = field(field(root, "oauth"), "clients");
  if (!Array.isArray(clients)) return [];
  return clients.map((client) => {
    const uris = field(client, "redirect_uris");
    const id = text(field(client, "client_id"));
    return {
      clientId: id,
      name: text(field(client, "name")) || text(field(client, "client_name")) || id,
      type: text(field(client, "x_application_type")) || "unspecified",
      redirectUris: Array.isArray(uris) ? uris.map(String) : [],
    };
  });
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
