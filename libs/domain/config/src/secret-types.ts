/** A JWK set as the secrets file holds it; members beside `kid` and `kty` depend on the key type. */
export interface JsonWebKeySet {
  keys: { kid: string; kty: string; [member: string]: unknown }[];
}

/** The secrets of a project by key (spec: project configuration §6). Only the keys that are validated today are typed. */
export interface SecretConfig {
  db?: { database_url: string; database_schema?: string };
  redis?: { redis_url: string };
  oauth?: JsonWebKeySet;
  csrf?: JsonWebKeySet;
  webhook?: JsonWebKeySet;
  images?: JsonWebKeySet;
  "admin-api.auth"?: JsonWebKeySet;
  "oauth.client_secrets"?: { items: { client_id: string; keys: JsonWebKeySet["keys"] }[] };
  "sso.oauth.client"?: { items: { alias: string; client_secret: string }[] };
}
