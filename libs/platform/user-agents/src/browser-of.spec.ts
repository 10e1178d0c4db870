import { expect, it } from "vitest";
import { browserOf } from "./index.js";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome", "126.0.0"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68", "Edge", "126.0.2592"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox", "127.0"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Mobile Safari", "17.5"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15", "Safari", "17.4.1"],
  ["curl/8.1.2", "curl", "8.1.2"],
])("names %s", (userAgent, family, version) => {
  expect(browserOf(userAgent)).toEqual({ family, version });
});

it("has no name for what no rule knows", () => {
  expect([browserOf(""), browserOf("Shop/1.0")]).toEqual([undefined, undefined]);
});

it("takes no longer for a header that was made to be slow (denial of service)", () => {
  const started = performance.now();
  for (const part of ["iPhone ", "1.", "Mozilla/5.0 (", "a", "Version/1.1 ", "; rv:1.1 ", "(", "AppleWebKit/1 "]) browserOf(part.repeat(20_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
