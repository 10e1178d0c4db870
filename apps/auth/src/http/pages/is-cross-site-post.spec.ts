import { describe, expect, it } from "vitest";
import { isCrossSitePost } from "./is-cross-site-post.js";

const post = (secFetchSite?: string, origin?: string, method = "POST") => isCrossSitePost({ method, host: "a.example", secFetchSite, origin });

describe("isCrossSitePost", () => {
  it("rejects forged posts from other and sibling sites", () => {
    expect([post("cross-site"), post("same-site"), post(undefined, "https://evil.example"), post(undefined, "null")]).toEqual([true, true, true, true]);
  });

  it("trusts Sec-Fetch-Site over Origin", () => {
    expect([post("same-origin", "https://evil.example"), post("cross-site", "https://a.example")]).toEqual([false, true]);
  });

  it("passes own forms, clients without both headers, and reads", () => {
    expect([post("none"), post(undefined, "https://a.example"), post(), post("cross-site", undefined, "GET")]).toEqual([false, false, false, false]);
  });
});
