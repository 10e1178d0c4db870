/** Crawlers of search engines, of advertisers, and of who trains models: none of them has anything to do at a sign-in (spec: protection §6.3). */
const FAMILIES = [
  "Googlebot",
  "bingbot",
  "Bytespider",
  "CCBot",
  "Amazonbot",
  "Amzn-SearchBot",
  "Applebot",
  "Baiduspider",
  "PerplexityBot",
  "Perplexity-User",
  "ChatGPT-User",
  "Claude-User",
  "ClaudeBot",
  "Claude-SearchBot",
  "anthropic-ai",
  "cohere-ai",
  "GPTBot",
  "OAI-SearchBot",
  "omgili",
  "omgilibot",
  "AhrefsBot",
  "SemrushBot",
  "SiteAuditBot",
  "SplitSignalBot",
  "MJ12bot",
  "DotBot",
  "rogerbot",
  "BLEXBot",
  "Barkrowler",
  "PetalBot",
  "Yandex(?:[a-z]*Bot|Images?|Video|Media|Blogs|Favicons|Webmaster|Pagechecker|ImageResizer|AdNet|Metrika|News|Catalog|Market|Direct|Calendar|Vertis|Verticals|Turbo|Sitelinks|Antivirus)",
  "facebookexternalhit",
  "FacebookBot",
  "Facebot",
  "meta-externalagent",
  "meta-externalfetcher",
];
const CRAWLER = new RegExp(`\\b(?:${FAMILIES.join("|")})\\b`, "i");
/** Longer headers are no browser's; their beginning tells. */
const LONGEST = 2_000;

/** Whether a `User-Agent` header names a crawler. */
export const isCrawler = (userAgent: string): boolean => CRAWLER.test(userAgent.slice(0, LONGEST));
