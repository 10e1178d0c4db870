import type { OAuthClientConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { describe, expect, it } from "vitest";
import { checkProxyRedirect, checkRedirectUri, checkUrlTokenRedirectUri, withQuery } from "./redirect-uris.js";

const client = (change: object = {}) => ({ client_id: "c", name: "c", redirect_uris: ["https://app.test/cb"], ...change }) as OAuthClientConfig;
const ctx = (clients: object[] = []) =>
  ({
    request: { publicOrigin: "https://auth.test" },
    project: { config: { http: { public_origin: "https://auth.test" }, oauth: { clients } }, domains: ["other.test"] },
  }) as unknown as ProjectContext;
const refusal = (uri: string | undefined, one = client()): string | undefined => {
  try {
    checkRedirectUri(ctx(), one, uri);
    return undefined;
  } catch (error) {
    return (error as { description: string }).description;
  }
};

describe("redirect URIs", () => {
  it("are entries of the client, pages of the project's domains, or of the custom UI", () => {
    const custom = client({ x_custom_ui_uri: "https://ui.test/start" });
    for (const uri of ["https://app.test/cb", "https://auth.test/any", "https://other.test/x", "https://ui.test/y"]) expect(checkRedirectUri(ctx(), custom, uri)).toBe(uri);
    expect(checkRedirectUri(ctx(), client(), undefined)).toBe("https://app.test/cb");
    expect(checkRedirectUri(ctx(), client({ redirect_uris: ["com.app://host/cb"] }), "com.app://host/cb")).toBe("com.app://host/cb");
  });

  it.each([
    "http://auth.test/",
    "https://auth.test:8443/",
    "http://other.test/",
    "https://ui.test/",
    "https://auth.test@evil.test/",
    "https://auth.test.evil.test/",
    "https://APP.test/cb",
    "https://app.test/cb#x",
    "javascript://auth.test/%0aalert(1)",
    "https://auth.test\\@evil.test/",
    "https:\\\\auth.test/x",
    " https://auth.test/x",
    "https://auth.test/x\ny",
    "https://auth.test/x\u0000",
  ])("are not %s (open redirect)", (uri) => expect(refusal(uri)).toBe("redirect URI is not allowed"));

  it("of clients that described themselves are theirs alone, on any port of the own machine (RFC 8252 §7.3)", () => {
    const registered = client({ registered: true, redirect_uris: ["https://app.test/cb", "http://127.0.0.1/cb"] });
    for (const uri of ["https://app.test/cb", "http://127.0.0.1/cb", "http://127.0.0.1:5555/cb"]) expect(refusal(uri, registered)).toBeUndefined();
    for (const uri of ["https://auth.test/settings", "https://other.test/x", "http://127.0.0.1:5555/other", "http://127.0.0.1:5555\\cb", "https://app.test:444/cb"])
      expect(refusal(uri, registered)).toBe("redirect URI is not allowed");
  });

  it("cannot be guessed or unreadable", () => {
    expect(refusal("/relative")).toBe("invalid redirect URI");
    expect(refusal("", client({ redirect_uris: ["https://a.test/", "https://b.test/"] }))).toBe("invalid redirect URI");
    expect(refusal(undefined, client({ redirect_uris: undefined }))).toBe("invalid redirect URI");
  });

  it("of pre-authenticated URLs may be of more origins", () => {
    const lent = client({ x_pre_authenticated_url_allowed_origins: ["https://pages.test"] });
    expect(checkUrlTokenRedirectUri(ctx(), lent, "https://pages.test/a?b=c")).toBe("https://pages.test/a?b=c");
    expect(checkUrlTokenRedirectUri(ctx(), lent, "https://app.test/cb")).toBe("https://app.test/cb");
    expect(refusal("https://pages.test/a", lent)).toBe("redirect URI is not allowed");
    expect(() => checkUrlTokenRedirectUri(ctx(), lent, "https://evil.test/")).toThrow("redirect URI is not allowed");
  });

  it("of the proxy are those of any client, whatever their query", () => {
    const project = ctx([client(), client({ client_id: "d", x_custom_ui_uri: "https://ui.test/" })]);
    expect(checkProxyRedirect(project, "https://app.test/cb?code=1#x")).toEqual({ uri: "https://app.test/cb?code=1#x", customUi: true });
    expect(checkProxyRedirect(ctx([client()]), "https://app.test/cb?a=ü")).toEqual({ uri: "https://app.test/cb?a=%C3%BC", customUi: false });
    expect(() => checkProxyRedirect(project, "https://app.test/other")).toThrow("redirect URI is not allowed");
    expect(() => checkProxyRedirect(project, undefined)).toThrow("invalid redirect URI");
  });

  it("keep their query when parameters are added", () => {
    expect(withQuery("https://app.test/cb?a=1&state=old", { state: "n w", code: "c" })).toBe("https://app.test/cb?a=1&state=n+w&code=c");
  });
});
