import { expect, test } from "vitest";
import { causesWith } from "../spec-projects.js";

const general = (location: string, msg: string) => ({ location, kind: "general", details: { msg } });
const client = (more: object) => ({ client_id: "a", name: "A", ...more });
const provider = (more: object) => ({ alias: "x", type: "google", client_id: "c", ...more });
const attribute = (more: object) => ({ id: "1", pointer: "/hobby", type: "string", ...more });
const attributes = (...list: object[]) => ({ user_profile: { custom_attributes: { attributes: list } } });
const providers = (...list: object[]) => ({ identity: { oauth: { providers: list } } });

test("rule 1: a refresh token outlives its access token", () => {
  const wrong = { oauth: { clients: [client({ access_token_lifetime_seconds: 600, refresh_token_lifetime_seconds: 599 })] } };
  expect(causesWith(wrong)).toEqual([general("/oauth/clients/0/refresh_token_lifetime_seconds", "refresh token lifetime must be greater than or equal to access token lifetime")]);
});

test("rule 2: aliases are unique, and the schema of the second is not looked at; the same type and client twice is fine", () => {
  expect(causesWith(providers(provider({}), provider({ type: "apple" })))).toEqual([general("/identity/oauth/providers/1", "duplicated OAuth provider alias")]);
  expect(causesWith(providers(provider({}), provider({ alias: "y" })))).toEqual([]);
});

test("directories are told apart by name", () => {
  const server = (name: string) => ({ name, url: "ldap://l.example", base_dn: "dc=a", search_filter_template: "(uid={{.Username}})", user_id_attribute_name: "uid" });
  const named = (...names: string[]) => causesWith({ identity: { ldap: { servers: names.map(server) } } });
  expect(named("hq", "branch", "hq")).toEqual([general("/identity/ldap/servers/2", "duplicated LDAP server name")]);
  expect(named("hq", "branch")).toEqual([]);
});

test("rule 3: a provider must have the keys of its type; defaults are among those it has", () => {
  expect(causesWith(providers(provider({ type: "azureadb2c", tenant: "t" })))).toEqual([
    {
      location: "/identity/oauth/providers/0",
      kind: "required",
      details: {
        actual: ["alias", "claims", "client_id", "create_disabled", "delete_disabled", "tenant", "type"],
        expected: ["alias", "client_id", "policy", "tenant", "type"],
        missing: ["policy"],
      },
    },
  ]);
});
test("rule 3: demo credentials need the common keys only", () => {
  expect(causesWith(providers(provider({ type: "apple", credentials_behavior: "use_demo_credentials" })))).toEqual([]);
});
test("rule 3: an unknown type is an enum cause", () => {
  expect(causesWith(providers(provider({ type: "myspace" })))).toMatchObject([{ location: "/identity/oauth/providers/0/type", kind: "enum" }]);
});
test("rule 3: claims are closed, other unknown keys are tolerated", () => {
  expect(causesWith(providers(provider({ claims: { phone: {} }, whatever: 1 })))).toEqual([{ location: "/identity/oauth/providers/0/claims/phone", kind: "" }]);
});

test("rule 4: passkey and its authenticator belong together", () => {
  const wrong = { authentication: { identities: ["login_id", "passkey"], primary_authenticators: ["password"] } };
  expect(causesWith(wrong)).toEqual([{ location: "/authentication/primary_authenticators/0", kind: "const", details: { actual: "password", expected: "passkey" } }]);
  expect(causesWith({ authentication: { identities: ["passkey", "login_id"], primary_authenticators: ["passkey", "password"] } })).toEqual([]);
});
test("rule 5: a second factor that may be asked for must exist", () => {
  expect(causesWith({ authentication: { secondary_authenticators: [] } })).toEqual([
    { location: "/authentication/secondary_authentication_mode", kind: "noSecondaryAuthenticator", details: { secondary_authentication_mode: "if_exists" } },
  ]);
  expect(causesWith({ authentication: { secondary_authenticators: [], secondary_authentication_mode: "disabled" } })).toEqual([]);
});
test("rule 6: a pinned country is a listed one", () => {
  expect(causesWith({ ui: { phone_input: { allowlist: ["HK"], pinned_list: ["US"] } } })).toEqual([general("/ui/phone_input/pinned_list", "pinned country code is unlisted")]);
});
test("rule 7: a country occurs once in one item, and may occur in two", () => {
  const countries = (...items: string[][]) => ({
    fraud_protection: { sms: { unverified_otp_budget: { by_phone_country: items.map((geo_location_codes) => ({ geo_location_codes })) } } },
  });
  expect(causesWith(countries(["US"], ["HK", "SG", "HK"]))).toEqual([
    { location: "/fraud_protection/sms/unverified_otp_budget/by_phone_country/1/geo_location_codes/2", kind: "duplicated" },
  ]);
  expect(causesWith(countries(["US"], ["US"]))).toEqual([]);
});
test("rule 8: the fallback language is supported", () => {
  expect(causesWith({ localization: { fallback_language: "fr", supported_languages: ["en"] } })).toEqual([
    general("/localization/supported_languages", "supported_languages must contain fallback_language"),
  ]);
});
test("rule 9: ids and pointers of custom attributes are unique", () => {
  const at = "/user_profile/custom_attributes/attributes/1";
  expect(causesWith(attributes(attribute({}), attribute({})))).toEqual([
    { location: `${at}/id`, kind: "duplicated" },
    { location: `${at}/pointer`, kind: "duplicated" },
  ]);
});
test("rule 10: minimum is not above maximum", () => {
  expect(causesWith(attributes(attribute({ type: "integer", minimum: 3, maximum: 2 })))).toEqual([
    { location: "/user_profile/custom_attributes/attributes/0/minimum", kind: "maximum", details: { actual: 3, maximum: 2 } },
  ]);
});
test("rule 11: the first lock is not longer than the longest", () => {
  const lockout = { max_attempts: 3, history_duration: "1h", minimum_duration: "2m", maximum_duration: "1m", lockout_type: "per_user" };
  expect(causesWith({ authentication: { lockout } })).toEqual([{ location: "/authentication/lockout/minimum_duration", kind: "maximum", details: { actual: 120, maximum: 60 } }]);
});
test("rule 12: groups are unique, name defined flows, and hold a login flow", () => {
  const groups = [
    { name: "g", flows: [{ type: "login", name: "default" }] },
    { name: "g", flows: [{ type: "signup", name: "mine" }] },
  ];
  const at = "/ui/authentication_flow/groups/1";
  expect(causesWith({ ui: { authentication_flow: { groups } } })).toEqual([
    general(at, "duplicated authentication flow group"),
    general(`${at}/flows/0`, "invalid authentication flow"),
    general(at, "authentication flow group must contain one login flow"),
  ]);
});
test("rule 13: a client's allowlist names what is defined", () => {
  const x_authentication_flow_allowlist = {
    groups: [{ name: "nope" }, { name: "default" }],
    flows: [
      { type: "login", name: "default" },
      { type: "login", name: "nope" },
    ],
  };
  const at = "/oauth/clients/0/authentication_flow_allowlist";
  expect(causesWith({ oauth: { clients: [client({ x_authentication_flow_allowlist })] } })).toEqual([
    general(`${at}/groups/0`, "invalid authentication flow group"),
    general(`${at}/flows/1`, "invalid authentication flow"),
  ]);
});
test("rules 14 to 16: a SAML service provider has a signing key, a client, and defined attributes", () => {
  const mappings = [{ from: { user_profile: { pointer: "/email" } }, to: { saml_attribute: "mail" } }];
  const saml = { service_providers: [{ client_id: "gone", acs_urls: ["https://sp.example/acs"], attributes: { mappings } }] };
  expect(causesWith({ saml })).toEqual([
    { location: "/saml/signing/key_id", kind: "minLength", details: { actual: 0, expected: 1 } },
    general("/saml/service_providers/0/client_id", "client_id does not exist in /oauth/clients"),
    general("/saml/service_providers/0/mappings/0/to/saml_attribute", "saml_attribute does match any defined attribute name in definitions"),
  ]);
});
test("rules across fields run only when the schema holds", () => {
  expect(causesWith({ localization: { fallback_language: "fr", supported_languages: [] } })).toMatchObject([{ location: "/localization/supported_languages", kind: "minItems" }]);
});
