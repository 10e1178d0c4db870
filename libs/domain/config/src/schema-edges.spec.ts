import { expect, test } from "vitest";
import { causesWith, projectWith } from "./spec-projects.js";

const client = (more: object) => ({ oauth: { clients: [{ client_id: "a", name: "A", ...more }] } });
const kinds = (more: Record<string, unknown>) => causesWith(more).map(({ location, kind }) => [location, kind]);

test("identities that exclude each other", () => {
  expect(kinds({ authentication: { primary_authenticators: ["totp"] } })).toEqual([["/authentication/primary_authenticators/0", "enum"]]);
  expect(kinds({ authentication: { identities: ["anonymous", "siwe"] } })).toEqual([["/authentication/identities", "const"]]);
});
test("clients by their type", () => {
  expect(causesWith(client({ x_application_type: "traditional_webapp", redirect_uris: ["https://a.example/cb"] }))).toMatchObject([
    { location: "/oauth/clients/0", kind: "required", details: { missing: ["post_logout_redirect_uris"] } },
  ]);
  expect(kinds(client({ x_application_type: "spa", redirect_uris: ["https://a.example/cb"], post_logout_redirect_uris: [] }))).toEqual([]);
  expect(kinds(client({ x_application_type: "m2m" }))).toEqual([]);
  expect(kinds(client({ x_application_type: "m2m", access_token_lifetime_seconds: 2419201 }))).toEqual([["/oauth/clients/0/access_token_lifetime_seconds", "maximum"]]);
  expect(kinds(client({ logo_uri: "http://a.example/logo.png" }))).toEqual([["/oauth/clients/0/logo_uri", "format"]]);
});
test("hook URLs", () => {
  const hook = (url: string) => ({ hook: { blocking_handlers: [{ event: "user.pre_create", url }] } });
  expect(kinds(hook("authgeardeno://deno/a.ts"))).toEqual([["/hook/blocking_handlers/0/url", "format"]]);
  expect(kinds(hook("authgeardeno:///deno/a.ts"))).toEqual([]);
});
test("e-mail allowlist and block lists exclude each other", () => {
  expect(kinds({ identity: { login_id: { types: { email: { domain_allowlist_enabled: true, block_free_email_provider_domains: true } } } } })).toEqual([
    ["/identity/login_id/types/email/domain_allowlist_enabled", "enum"],
  ]);
});
test("custom attributes", () => {
  const attribute = (more: object) => ({ user_profile: { custom_attributes: { attributes: [{ id: "1", pointer: "/hobby", type: "string", ...more }] } } });
  expect(kinds(attribute({}))).toEqual([]);
  expect(kinds(attribute({ pointer: "/email" }))).toEqual([["/user_profile/custom_attributes/attributes/0/pointer", "not"]]);
  expect(kinds(attribute({ access_control: { end_user: "readwrite", bearer: "hidden", portal_ui: "readwrite" } }))).toEqual([
    ["/user_profile/custom_attributes/attributes/0/access_control", "enum"],
  ]);
  expect(kinds(attribute({ access_control: { portal_ui: "hidden", bearer: "hidden", end_user: "hidden" } }))).toEqual([]);
});
test("protection", () => {
  expect(kinds({ network_protection: { ip_filter: { rules: [{ name: "x" }] } } })).toEqual([["/network_protection/ip_filter/rules/0", "required"]]);
  expect(kinds({ network_protection: { ip_filter: { rules: [{ action: "deny", source: { geo_location_codes: ["USA"] } }] } } })).toEqual([
    ["/network_protection/ip_filter/rules/0/source/geo_location_codes/0", "maxLength"],
  ]);
  expect(kinds({ bot_protection: { enabled: false, provider: { type: "cloudflare", site_key: "k" } } })).toEqual([]);
  expect(kinds({ bot_protection: { provider: { type: "cloudflare" } } })).toEqual([["/bot_protection/provider", "required"]]);
});
test("periods", () => {
  expect(causesWith({ authenticator: { password: { expiry: { force_change: { enabled: true } } } } })).toMatchObject([
    { kind: "required", details: { missing: ["duration_since_last_update"] } },
  ]);
  expect(causesWith({ verification: { code_expiry_seconds: 1 } })).toEqual([
    { location: "/verification/code_expiry_seconds", kind: "minimum", details: { actual: 1, minimum: 60 } },
  ]);
});
test("a switch of lockout says whether it is on", () => {
  expect(kinds({ authentication: { lockout: { totp: {} } } })).toEqual([["/authentication/lockout/totp", "required"]]);
  expect(causesWith({ authentication: { lockout: { max_attempts: 1 } } })).toMatchObject([
    { location: "/authentication/lockout", kind: "required", details: { missing: ["history_duration", "lockout_type", "maximum_duration", "minimum_duration"] } },
  ]);
});
test("a zero counts as absent where there is a default", () => {
  const config = projectWith({
    session: { lifetime_seconds: 0 },
    oauth: { clients: [{ client_id: "a", name: "A", refresh_token_lifetime_seconds: 0 }] },
    fraud_protection: { sms: { unverified_otp_budget: { daily_ratio: 0 } } },
  });
  expect(config.session.lifetime_seconds).toBe(31449600);
  expect(config.oauth.clients[0]?.refresh_token_lifetime_seconds).toBe(31449600);
  expect(config.fraud_protection.sms.unverified_otp_budget.daily_ratio).toBe(0);
});
test("a steps list of a recovery branch is not empty", () => {
  const flow = { name: "mine", steps: [{ type: "identify", one_of: [{ identification: "email", steps: [] }] }] };
  expect(kinds({ authentication_flow: { account_recovery_flows: [flow] } })).toEqual([["/authentication_flow/account_recovery_flows/0/steps/0/one_of/0/steps", "minItems"]]);
});
