import { validationFailed } from "@gatehouse/domain-errors";
import { type Cause, compileSchema } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "./project-config.js";
import { readYaml } from "./read-yaml.js";
import type { SecretConfig } from "./secret-types.js";
import { filled, list, obj, oneOf, optText, Type } from "./declare.js";

/** A JSON Web Key (RFC 7517); open. */
export interface Jwk {
  kid: string;
  kty: string;
  [member: string]: unknown;
}
const jwk = Type.Unsafe<Jwk>({ type: "object", required: ["kid", "kty"], properties: { kid: { type: "string" }, kty: { type: "string" } } });
const keys = () => list(jwk, { minItems: 1 });
const keySet = obj({ keys: keys() }, { required: ["keys"] });
const database = obj({ database_url: filled(), database_schema: optText() }, { required: ["database_url"] });
const redis = obj({ redis_url: filled() }, { required: ["redis_url"] });

/** The keys whose data are checked here. */
const schemas = {
  db: database,
  redis,
  oauth: keySet,
  csrf: keySet,
  webhook: keySet,
  images: keySet,
  "admin-api.auth": keySet,
  "oauth.client_secrets": obj({ items: list(obj({ client_id: Type.String(), keys: keys() }, { required: ["client_id", "keys"] })) }, { required: ["items"] }),
  "sso.oauth.client": obj({ items: list(obj({ alias: Type.String(), client_secret: Type.String() }, { required: ["alias", "client_secret"] })) }, { required: ["items"] }),
};
type Schemas = typeof schemas;
/** Keys of `authgear.secrets.yaml`. */
export type SecretKey = keyof Schemas;
/** One item of `authgear.secrets.yaml`. */
export interface SecretItem {
  key: string;
  data: unknown;
}

const fileSchema = compileSchema(
  obj(
    { secrets: list(obj({ key: oneOf(Object.keys(schemas)), data: Type.Unknown() }, { required: ["key", "data"], extra: { allOf: Object.entries(schemas).map(([key, data]) => ({ if: { properties: { key: { const: key } }, required: ["key"] }, then: { properties: { data } } })) } })) },
    { required: ["secrets"] },
  ),
);

const required: readonly (readonly [SecretKey, string])[] = [
  ["db", "database credentials (secret 'db') is required"],
  ["redis", "redis credentials (secret 'redis') is required"],
  ["admin-api.auth", "admin API auth key materials (secret 'admin-api.auth') is required"],
  ["oauth", "OAuth key materials (secret 'oauth') is required"],
  ["csrf", "CSRF key materials (secret 'csrf') is required"],
];

/** Causes of a decoded secrets document, and of the secrets every project must have; the document's items win over `deployment`. Throws `Invalid/ValidationFailed`. */
export function checkSecretItems(document: unknown, deployment: readonly SecretItem[] = []): ReadonlyMap<string, unknown> {
  const broken = fileSchema.causes(document);
  if (broken.length > 0) throw validationFailed(broken, "invalid secrets");
  const own = (document as { secrets: SecretItem[] }).secrets;
  const merged = new Map([...deployment, ...own].map((item) => [item.key, item.data]));
  const missing: Cause[] = required.filter(([key]) => !merged.has(key)).map(([, msg]) => ({ location: "", kind: "general", details: { msg } }));
  if (missing.length > 0) throw validationFailed(missing, "invalid secrets");
  return merged;
}

/** Reads `authgear.secrets.yaml` and lays it over the deployment's secrets. `config` is the project's own configuration, which says what else is required. Throws Invalid/ValidationFailed `invalid secrets`. */
export function parseSecretConfig(text: string, config: ProjectConfig, options: { deploymentSecrets?: readonly SecretItem[] } = {}): { value: SecretConfig } {
  const items = checkSecretItems(readYaml(text, "invalid secrets"), options.deploymentSecrets);
  void config;
  return { value: structuredClone(Object.fromEntries([...items].sort(([a], [b]) => (a < b ? -1 : 1)))) as SecretConfig };
}
