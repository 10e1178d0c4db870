import { SIGNING_ALGORITHMS } from "@gatehouse/platform-crypto";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { completeSecrets } from "./complete-secrets.js";

interface Secrets {
  secrets: { key: string; data: { keys: { alg?: string; kty: string; kid: string }[]; items: { client_id: string }[] } }[];
}
const of = (text: string, key: string) => (parse(text) as Secrets).secrets.find((item) => item.key === key)?.data;
const config = (oauth: object) => JSON.stringify({ id: "p", http: { public_origin: "https://p.test" }, oauth });

it.each(SIGNING_ALGORITHMS)("makes the key that signs tokens for %s, and keeps the one that is there", async (signing_algorithm) => {
  const made = await completeSecrets({ config: config({ signing_algorithm }) });
  expect([of(made, "oauth")?.keys.map(({ alg }) => alg), of(made, "admin-api.auth")?.keys.map(({ alg }) => alg)]).toEqual([[signing_algorithm], ["RS256"]]);
  const again = await completeSecrets({ config: config({}), stored: made });
  expect(of(again, "oauth")).toEqual(of(made, "oauth"));
});

it("signs with RSA unless something else is asked for, and gives no secret to a public third party", async () => {
  const third = { name: "a", client_name: "A", x_application_type: "third_party_app", redirect_uris: ["https://a.test/cb"] };
  const clients = [
    { ...third, client_id: "secret" },
    { ...third, client_id: "public", token_endpoint_auth_method: "none" },
  ];
  const made = await completeSecrets({ config: config({ clients }) });
  expect([of(made, "oauth")?.keys[0]?.alg, of(made, "oauth.client_secrets")?.items.map(({ client_id }) => client_id)]).toEqual(["RS256", ["secret"]]);
});
