import { describe, expect, it } from "vitest";
import { HostedBrowser } from "./hosted-browser.js";

const languages = { localization: { fallback_language: "en", supported_languages: ["en", "de", "fr"] } };
const gif = (name: string): string => `GIF89a of ${name}`;

const iconOf = async (resources: Record<string, string>, language = "en") => {
  const { client } = await HostedBrowser.of({ config: languages, resources });
  const { statusCode: status, headers, body: text } = await client.sendRaw("/favicon.ico", { "accept-language": language });
  return { status, type: headers["content-type"], text };
};

describe("the icon of a project's pages", () => {
  it("is the product's unless the project has one", async () => {
    expect(await iconOf({})).toMatchObject({ status: 200, type: "image/png", text: expect.stringContaining("PNG") });
  });

  it("is the project's own, in the language of who asks", async () => {
    const own = { "static/en/favicon.gif": gif("an English icon"), "static/de/favicon.gif": gif("a German icon") };
    expect(await iconOf(own, "de-AT")).toEqual({ status: 200, type: "image/gif", text: gif("a German icon") });
    expect(await iconOf(own, "fr")).toMatchObject({ text: gif("an English icon") });
    expect(await iconOf({ "static/de/favicon.gif": gif("a German icon") }, "fr")).toMatchObject({ text: gif("a German icon") });
  });

  it("is not the logo, and nothing that is no image", async () => {
    const others = { "static/en/app_logo.gif": gif("a logo"), "static/en/favicon.png": "<script>alert(1)</script>" };
    expect(await iconOf(others)).toMatchObject({ type: "image/png", text: expect.stringContaining("PNG") });
  });
});
