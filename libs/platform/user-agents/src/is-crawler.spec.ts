import { expect, it } from "vitest";
import { isCrawler } from "./index.js";

it.each([
  "GPTBot/1.0",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
  "Baiduspider-image+(+http://www.baidu.com/search/spider.htm)",
  "Mozilla/5.0 (compatible; YandexAccessibilityBot/3.0; +http://yandex.com/bots)",
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "CLAUDEBOT",
])("%s is a crawler", (userAgent) => expect(isCrawler(userAgent)).toBe(true));

it.each([
  "",
  "curl/8.5.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 YaBrowser/23.11.0 Yowser/2.5 Safari/537.36",
  "NotGPTBots/1.0",
  "Mozilla/5.0 FBAN/FBIOS;FBAV/400.0",
])("%s is none", (userAgent) => expect(isCrawler(userAgent)).toBe(false));

it("takes no time for a header of any length", () => {
  const started = performance.now();
  expect(isCrawler("Yandex".repeat(200_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
