/** Who a `User-Agent` header says it is. */
export { type Browser, browserOf } from "./browser-of.js";
/** Programs that read pages for others. */
export { isCrawler } from "./is-crawler.js";
