import { describe, expect, it } from "vitest";
import { isDocumentClientId, isOwnLoopback, type RegistrationRules, readClientMetadata, registeredClient } from "./registered-client.js";

const errorOf = (document: Record<string, unknown>, rules?: RegistrationRules): string => {
  try {
    readClientMetadata(document, rules);
    return "none";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("what a client says of itself", () => {
  it.each([
    "http://evil.test/cb",
    "javascript:alert(1)",
    "data:text/html,x",
    "custom:/cb",
    "https://user@a.test/cb",
    "https://a.test/cb#x",
    "https://*.a.test/cb",
    "/cb",
    "",
    "https://a.test/\u0000",
    "https://a.test/\ud800",
    `https://a.test/${"x".repeat(500)}`,
    7,
  ])("is refused with the redirect URI %j (open redirect)", (uri) => expect(errorOf({ redirect_uris: [uri] })).toBe("invalid_redirect_uri"));

  it.each(["https://a.test/cb", "http://localhost:7/cb", "http://127.0.0.1/cb", "http://[::1]:80/cb", "com.example.app:/cb", "com.example.app://cb"])(
    "may have the redirect URI %s",
    (uri) => expect(readClientMetadata({ redirect_uris: [uri] }).redirect_uris).toEqual([uri]),
  );

  it.each([
    [{ redirect_uris: undefined }, "invalid_redirect_uri"],
    [{ redirect_uris: [] }, "invalid_redirect_uri"],
    [{ redirect_uris: Array.from({ length: 11 }, (_one, n) => `https://a.test/${n}`) }, "invalid_redirect_uri"],
    [{ token_endpoint_auth_method: "client_secret_basic" }, "invalid_client_metadata"],
    [{ grant_types: ["client_credentials"] }, "invalid_client_metadata"],
    [{ grant_types: "implicit" }, "invalid_client_metadata"],
    [{ response_types: ["token"] }, "invalid_client_metadata"],
    [{ client_name: "x".repeat(101) }, "invalid_client_metadata"],
    [{ client_name: 7 }, "invalid_client_metadata"],
  ])("is refused with %j", (change, code) => expect(errorOf({ redirect_uris: ["https://a.test/cb"], ...change })).toBe(code));

  it.each([
    [{}, "client_secret_basic"],
    [{ token_endpoint_auth_method: "client_secret_basic" }, "client_secret_basic"],
    [{ token_endpoint_auth_method: "client_secret_post" }, "client_secret_post"],
    [{ token_endpoint_auth_method: "none" }, undefined],
  ])("with %j authenticates by %s where secrets are given out", (change, method) =>
    expect(readClientMetadata({ redirect_uris: ["https://a.test/cb"], ...change }, { secrets: true }).token_endpoint_auth_method).toBe(method),
  );

  it.each(["private_key_jwt", "client_secret_jwt", "tls_client_auth", "", null, 7, ["none"]])("is refused with the authentication method %j even there", (method) =>
    expect(errorOf({ redirect_uris: ["https://a.test/cb"], token_endpoint_auth_method: method }, { secrets: true })).toBe("invalid_client_metadata"),
  );

  it("may ask for more grant types where the project offers some", () => {
    const document = { redirect_uris: ["https://a.test/cb"], grant_types: ["authorization_code", "device"] };
    expect([errorOf(document), readClientMetadata(document, { grantTypes: ["device", "other"] }).grant_types]).toEqual(["invalid_client_metadata", ["device"]]);
    expect(readClientMetadata({ ...document, grant_types: undefined }, { grantTypes: ["device"] }).grant_types).toBeUndefined();
  });

  it("is kept without what nobody asked for, and with a name that deceives less", () => {
    const document = {
      redirect_uris: ["https://a.test/cb", "https://a.test/cb"],
      client_name: "Good\u202e\n App",
      tos_uri: "javascript:x",
      client_uri: "https://a.test/",
      policy_uri: "https://a.test/\u0000",
      x_custom_ui_uri: "https://evil.test",
    };
    expect(readClientMetadata(document)).toEqual({ redirect_uris: ["https://a.test/cb"], client_name: "Good App", client_uri: "https://a.test/" });
    expect(readClientMetadata({ redirect_uris: ["https://a.test/cb"], client_name: " " }).client_name).toBe("a.test");
  });
});

it("an app of this machine may listen on any port, and nowhere else", () => {
  const client = registeredClient("c", readClientMetadata({ redirect_uris: ["http://127.0.0.1/cb", "https://a.test/cb"] }));
  expect(["http://127.0.0.1:4711/cb", "http://127.0.0.1/cb"].map((uri) => isOwnLoopback(client, uri))).toEqual([true, true]);
  expect(
    ["http://127.0.0.1:1/other", "http://localhost:1/cb", "https://a.test:1/cb", "http://127.0.0.1@evil.test/cb", "http://u@127.0.0.1/cb"].map((uri) => isOwnLoopback(client, uri)),
  ).toEqual([false, false, false, false, false]);
});

it("a client id is a document's address only when there is one way to read it", () => {
  expect(isDocumentClientId("https://a.test/client.json")).toBe(true);
  const others = [
    "https://a.test",
    "https://a.test/",
    "https://A.test/x",
    "https://a.test/../x",
    "https://u@a.test/x",
    "https://a.test/x#f",
    "http://a.test/x",
    "http://127.0.0.1/x",
    "spa",
    "",
    undefined,
  ];
  expect(others.map((id) => isDocumentClientId(id))).toEqual(others.map(() => false));
  expect([isDocumentClientId("http://127.0.0.1:1/x", { allowLoopback: true }), isDocumentClientId("http://a.test/x", { allowLoopback: true })]).toEqual([true, false]);
});
