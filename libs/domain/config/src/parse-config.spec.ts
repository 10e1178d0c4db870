import { ApiError } from "@gatehouse/platform-errors-core";
import { expect, test } from "vitest";
import { parseProjectConfig } from "./parse-config.js";

const base = "id: shop\nhttp: {public_origin: 'https://shop.example'}\n";
function causes(text: string): unknown {
  try {
    parseProjectConfig(text);
  } catch (error) {
    return ((error as ApiError).info as { causes: unknown }).causes;
  }
  return [];
}

test("an empty file lacks id and http", () => {
  expect(causes("{}")).toEqual([{ location: "", kind: "required", details: { actual: null, expected: ["http", "id"], missing: ["http", "id"] } }]);
});
test("an unknown key is named by its location", () => {
  expect(causes("id: shop\nhttp: {public_origin: 'https://shop.example', foo: 1}")).toEqual([{ location: "/http/foo", kind: "" }]);
});
test("defaults of a minimal project", () => {
  const { value } = parseProjectConfig(base);
  expect(value.session.lifetime_seconds).toBe(31449600);
  expect(value.authentication.identities).toEqual(["oauth", "login_id"]);
});
test("a rate limit without enabled is replaced as a whole", () => {
  const { value } = parseProjectConfig(`${base}authentication: {rate_limits: {signup: {per_ip: {period: 1h, burst: 99}}}}`);
  expect(value.authentication.rate_limits.signup.per_ip).toEqual({ enabled: true, period: "1m", burst: 10 });
});
test("an access token lifetime below the minimum", () => {
  expect(causes(`${base}oauth: {clients: [{client_id: a, name: a, access_token_lifetime_seconds: 299}]}`)).toEqual([
    { location: "/oauth/clients/0/access_token_lifetime_seconds", kind: "minimum", details: { actual: 299, minimum: 300 } },
  ]);
});
