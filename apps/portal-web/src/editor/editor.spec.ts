import { describe, expect, it } from "vitest";
import { createLocator, syntaxCauses } from "./locate-cause.js";
import { readClients } from "./read-overview.js";

const text = [
  "id: shop",
  "http:",
  "  public_origin: https://shop.example",
  "oauth:",
  "  clients:",
  "    - client_id: web",
  "      name: Web",
  "    - client_id: app",
  "      redirect_uris: [a, b]",
  "a/b: 1",
  "",
].join("\n");
const at = (location: string, extra: object = {}) => createLocator(text)({ location, kind: "", ...extra });
const marked = (location: string) => {
  const place = at(location);
  return text.slice(place.from, place.to);
};

describe("placing a cause", () => {
  it("marks the key the pointer names", () => {
    expect(at("/http/public_origin")).toMatchObject({ line: 3, column: 3 });
    expect(marked("/http/public_origin")).toBe("public_origin");
  });

  it("marks the first line of a list entry", () => {
    expect(at("/oauth/clients/1")).toMatchObject({ line: 8, column: 7 });
    expect(marked("/oauth/clients/1")).toBe("client_id: app");
  });

  it("marks an entry of an inline list", () => expect(marked("/oauth/clients/1/redirect_uris/1")).toBe("b"));

  it("stays at the nearest parent when the key is not there", () => {
    expect(at("/oauth/clients/0/redirect_uris")).toMatchObject({ line: 6 });
    expect(at("/oauth/clients/7/name")).toMatchObject({ line: 5 });
    expect(at("/nowhere/at/all")).toMatchObject({ line: 1, column: 1 });
  });

  it("undoes pointer escapes", () => expect(at("/a~1b")).toMatchObject({ line: 10 }));

  it("believes the server's line and keeps it inside the text", () => {
    expect(at("/id", { line: 3, column: 3 })).toMatchObject({ line: 3, column: 3 });
    expect(at("/id", { line: 900, column: 900 })).toMatchObject({ line: 11, column: 1, from: text.length, to: text.length });
  });

  it("works on an empty text", () => expect(createLocator("")({ location: "/id", kind: "required" })).toEqual({ line: 1, column: 1, from: 0, to: 0 }));
});

describe("YAML syntax", () => {
  it("names the line of a broken text", () => {
    const [cause] = syntaxCauses("id: shop\nhttp: [1, 2\noauth: x\n");
    expect(cause?.kind).toBe("YAMLSyntax");
    expect(cause?.line).toBeGreaterThanOrEqual(2);
    expect(String(cause?.details?.msg)).not.toContain("at line");
  });

  it("is silent about a good text", () => expect(syntaxCauses(text)).toEqual([]));
});

describe("clients of the overview", () => {
  it("are read from the text", () => {
    expect(readClients(text)).toEqual([
      { clientId: "web", name: "Web", type: "unspecified", redirectUris: [] },
      { clientId: "app", name: "app", type: "unspecified", redirectUris: ["a", "b"] },
    ]);
  });

  it("are none in a broken or odd text", () => {
    expect(readClients("a: [")).toEqual([]);
    expect(readClients("oauth: 3")).toEqual([]);
  });
});
