import { type Cause, compileSchema } from "@gatehouse/platform-schema";
import type { ProjectConfig } from "../project-config.js";
import { type OAuthProviderConfig, providerSchema, providerTypes } from "../sections/identity.js";
import { duplicates, general } from "./general-rules.js";

const known = new Map(providerTypes.map((type) => [type, { full: compileSchema(providerSchema(type, false)), demo: compileSchema(providerSchema(type, true)) }]));
const unknown = compileSchema(providerSchema("", true));

/** What is wrong with one social login provider, by its own type; locations begin at `at`. */
export function providerCauses(provider: Partial<OAuthProviderConfig>, at: string): Cause[] {
  const schemas = known.get(provider.type ?? "");
  const schema = schemas ? (provider.credentials_behavior === "use_demo_credentials" ? schemas.demo : schemas.full) : unknown;
  return schema.causes(provider).map((cause) => ({ ...cause, location: at + cause.location }));
}

/** Rules 1 to 3 of spec: project configuration §4: token lifetimes, then providers, of which one whose alias was seen before is not looked at; directories, too, have names of their own (spec: providers §C.1). */
export function providerRules({ oauth, identity }: ProjectConfig): Cause[] {
  const causes = oauth.clients.flatMap((client, index) =>
    client.refresh_token_lifetime_seconds < client.access_token_lifetime_seconds
      ? [general(`/oauth/clients/${index}/refresh_token_lifetime_seconds`, "refresh token lifetime must be greater than or equal to access token lifetime")]
      : [],
  );
  const seen = new Set<string>();
  for (const [index, provider] of (identity.oauth.providers ?? []).entries()) {
    const at = `/identity/oauth/providers/${index}`;
    if (seen.has(provider.alias)) causes.push(general(at, "duplicated OAuth provider alias"));
    else causes.push(...providerCauses(provider, at));
    if (provider.alias !== undefined) seen.add(provider.alias);
  }
  const names = (identity.ldap.servers ?? []).map(({ name }) => name);
  for (const again of duplicates(names)) causes.push(general(`/identity/ldap/servers/${again}`, "duplicated LDAP server name"));
  return causes;
}
