import { randomUUID } from "node:crypto";
import type { IdentityToMake } from "@gatehouse/record-accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { AdminUsers } from "./admin-users.js";

let client: AdminClient;
beforeAll(async () => {
  client = await adminClient();
});

const CODES = { authentication: { identities: ["login_id", "oauth", "anonymous", "passkey"], primary_authenticators: ["oob_otp_email", "oob_otp_sms", "password", "passkey"] } };
const CLAIMS = "https://authgear.com/claims/";

const google: IdentityToMake = {
  type: "oauth",
  uniqueKey: "google:{}:1",
  claims: { email: "g@example.com" },
  details: { oauth: { providerType: "google", providerKeys: {}, subjectId: "1", alias: "google", rawProfile: { sub: "1" } } },
};

describe("claims", () => {
  it("of every type are those of the contract", async () => {
    const users = await AdminUsers.make(client, { config: CODES });
    const text = (value: string) => Buffer.from(value).toString("base64");
    const made: IdentityToMake[] = [
      google,
      { type: "passkey", uniqueKey: randomUUID(), details: { passkey: { credentialId: "c", displayName: "Phone" } } },
      { type: "anonymous", uniqueKey: randomUUID(), details: { anonymous: { keyId: null, key: null } } },
      { type: "biometric", uniqueKey: randomUUID(), details: { biometric: { keyId: "b", key: {}, deviceInfo: { android: {} } } } },
      { type: "siwe", uniqueKey: "1:0xab", details: { siwe: { address: "0xab", chainId: 1 } } },
      {
        type: "ldap",
        uniqueKey: "hq:uid:ada",
        claims: { email: "l@example.com" },
        details: {
          ldap: { serverName: "hq", userIdAttributeName: "uid", userIdAttributeValue: text("ada"), lastLoginUsername: "Ada", rawEntry: { dn: "uid=ada", uid: [text("ada")] } },
        },
      },
    ];
    const { id } = await users.add({ identities: made });
    const { data } = await users.ask("query($id: ID!) { node(id: $id) { ... on User { identities { edges { node { type claims } } } } } }", { id });
    const claims = Object.fromEntries(
      data.node.identities.edges.map(({ node }: any) => [
        node.type,
        Object.keys(node.claims)
          .map((name) => name.replace(CLAIMS, ":"))
          .sort(),
      ]),
    );
    expect(claims).toEqual({
      OAUTH: [":oauth/profile", ":oauth/provider_alias", ":oauth/provider_type", ":oauth/subject_id", "email"],
      PASSKEY: [":passkey/credential_id", ":passkey/display_name"],
      ANONYMOUS: [":anonymous/key_id"],
      BIOMETRIC: [":biometric/device_info", ":biometric/formatted_device_info", ":biometric/key_id"],
      SIWE: [":siwe/address", ":siwe/chain_id"],
      LDAP: ["attributes", "last_login_username", "raw_attributes", "raw_user_id_attribute_value", "server_name", "user_id_attribute_name", "user_id_attribute_value"]
        .map((name) => `:ldap/${name}`)
        .concat("email"),
    });
    const chosen = await users.ask(`query($id: ID!) { node(id: $id) { ... on User { identities(identityType: OAUTH) { edges { node { claims(names: ["email"]) } } } } } }`, { id });
    expect(chosen.data.node.identities.edges[0].node.claims).toEqual({ email: "g@example.com" });
  });
});
