import { parseProjectConfig } from "@gatehouse/domain-config";
import { generateOctJwk, generateRsaJwk, generateSigningJwk, type KeyJwk, type SigningAlgorithm } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";
import { isMap, isSeq, parse, parseDocument } from "yaml";

/** The texts a project's secrets are completed from. */
export interface SecretSources {
  /** `authgear.yaml`. */
  config: string;
  /** The secrets file that was given, if one was. */
  given?: string;
  /** The secrets file in force, if any; its generated keys are taken over, so that publishing twice changes no key. */
  stored?: string;
}

interface Item {
  key: string;
  data: unknown;
}
interface ClientSecret {
  client_id: string;
  keys: KeyJwk[];
}

const CLIENTS_WITH_SECRET: ReadonlySet<string> = new Set(["confidential", "third_party_app", "m2m"]);
const generators: Readonly<Record<string, (algorithm: SigningAlgorithm) => Promise<KeyJwk>>> = {
  "admin-api.auth": generateRsaJwk,
  oauth: generateSigningJwk,
  csrf: async () => generateOctJwk(),
  webhook: async () => generateOctJwk(),
  images: async () => generateOctJwk(),
};

function itemsOf(text: string | undefined): Item[] {
  const secrets = text === undefined ? undefined : (parse(text, { maxAliasCount: 100, logLevel: "silent" }) as { secrets?: unknown } | null)?.secrets;
  return Array.isArray(secrets) ? (secrets as Item[]).filter((item) => typeof item?.key === "string") : [];
}

const clientSecretsOf = (items: readonly Item[]): ClientSecret[] => {
  const list = (items.find(({ key }) => key === "oauth.client_secrets")?.data as { items?: unknown } | undefined)?.items;
  return Array.isArray(list) ? (list as ClientSecret[]) : [];
};

/** A new client secret: the bytes of its symmetric key are the text that the client sends. */
function newClientSecret(clientId: string): ClientSecret {
  return { client_id: clientId, keys: [{ ...generateOctJwk(), k: Buffer.from(randomString(43)).toString("base64url") }] };
}

/** Secrets of the clients that need one and are in neither file. */
function missingClientSecrets(config: string, present: readonly Item[], stored: readonly Item[]): ClientSecret[] {
  const have = new Set(clientSecretsOf(present).map(({ client_id }) => client_id));
  const kept = new Map(clientSecretsOf(stored).map((item) => [item.client_id, item]));
  return parseProjectConfig(config)
    .value.oauth.clients.filter(
      (client) =>
        CLIENTS_WITH_SECRET.has(client.x_application_type ?? "") &&
        !(client.x_application_type === "third_party_app" && client.token_endpoint_auth_method === "none") &&
        !have.has(client.client_id),
    )
    .map(({ client_id }) => kept.get(client_id) ?? newClientSecret(client_id));
}

/**
 * `authgear.secrets.yaml` with what was missing added: signing keys, and secrets of confidential clients. Comments and order of the given text stay.
 * A text that is not a secrets file is handed back unchanged, for the compiler to refuse. Throws Invalid/ValidationFailed for an invalid `authgear.yaml`.
 */
export async function completeSecrets(sources: SecretSources): Promise<string> {
  const text = sources.given ?? sources.stored ?? "secrets: []\n";
  const document = parseDocument(text);
  const list = document.errors.length === 0 && isMap(document.contents) ? document.get("secrets") : undefined;
  if (!isSeq(list)) return text;
  const present = itemsOf(text);
  const stored = itemsOf(sources.stored);
  const clients = missingClientSecrets(sources.config, present, stored);
  const absent = Object.keys(generators).filter((key) => !present.some((item) => item.key === key));
  const algorithm = parseProjectConfig(sources.config).value.oauth.signing_algorithm;
  const added: Item[] = await Promise.all(
    absent.map(async (key) => ({ key, data: stored.find((item) => item.key === key)?.data ?? { keys: await Promise.all([generators[key]?.(algorithm)]) } })),
  );
  if (added.length === 0 && clients.length === 0) return text;
  list.flow = false;
  for (const item of added) list.add(document.createNode(item));
  if (clients.length > 0) addClientSecrets(document, present, clients);
  return document.toString({ lineWidth: 0 });
}

function addClientSecrets(document: ReturnType<typeof parseDocument>, present: readonly Item[], clients: readonly ClientSecret[]): void {
  const at = present.findIndex(({ key }) => key === "oauth.client_secrets");
  if (at < 0) document.addIn(["secrets"], document.createNode({ key: "oauth.client_secrets", data: { items: clients } }));
  else for (const client of clients) document.addIn(["secrets", at, "data", "items"], document.createNode(client));
}
