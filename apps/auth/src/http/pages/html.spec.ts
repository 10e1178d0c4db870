import { describe, expect, it } from "vitest";
import { html, safeHref } from "./html.js";

describe("html", () => {
  it("escapes text and attribute values (stored script in a name)", () => {
    const name = `"><script>alert('1')</script>`;
    expect(html`<a title="${name}">${name}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;</a>',
    );
  });

  it("keeps nested markup, joins lists and leaves out absent values", () => {
    expect(html`<ul>${["a<", "b"].map((x) => html`<li>${x}</li>`)}</ul>${false}${undefined}${null}${0}`.text).toBe("<ul><li>a&lt;</li><li>b</li></ul>0");
  });
});

describe("safeHref", () => {
  it("refuses script and scheme-relative links", () => {
    expect(["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", "", undefined].map((u) => safeHref(u))).toEqual(Array(6).fill(undefined));
  });

  it("lets web links and same-site paths pass", () => {
    expect([safeHref("https://a.example/tos"), safeHref("/login?x=1")]).toEqual(["https://a.example/tos", "/login?x=1"]);
  });
});
