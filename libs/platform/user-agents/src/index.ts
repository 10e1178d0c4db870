/** Who a `User-Agent` header says it is. */
export { type Browser, browserOf } from "./browser-of.js";
