import { TemplateError } from "../template-error.js";
import { isDict, type TemplateFunction, type TemplateValue, textOf } from "./values.js";

/** RFC 3986 §3, Appendix B. */
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TemplateError("an address cannot be read");
  }
}

const encodedPath = (text: string): string => encodeURI(text.toWellFormed()).replace(/[?#]/g, encodeURIComponent);

function urlParse(text: string): { [key: string]: TemplateValue } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses them
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new TemplateError("an address cannot be read");
  const [, scheme = "", authority, rest = "", query = "", fragment = ""] = URL_PARTS.exec(text) ?? [];
  const isOpaque = scheme !== "" && authority === undefined && rest !== "" && !rest.startsWith("/");
  const at = authority?.lastIndexOf("@") ?? -1;
  const host = authority?.slice(at + 1) ?? "";
  return {
    scheme: scheme.toLowerCase(),
    host,
    hostname: host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1"),
    path: isOpaque ? "" : decoded(rest),
    query,
    opaque: isOpaque ? rest : "",
    fragment: decoded(fragment),
    userinfo: at < 0 ? "" : (authority as string).slice(0, at),
  };
}

function urlJoin(value: TemplateValue): string {
  if (!isDict(value)) throw new TemplateError("a dictionary is needed");
  const part = (name: string): string => (Object.hasOwn(value, name) ? textOf(value[name]) : "");
  const [scheme, host, userinfo, opaque, query, fragment] = ["scheme", "host", "userinfo", "opaque", "query", "fragment"].map(part) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const path = encodedPath(part("path"));
  const authority = scheme !== "" || host !== "" || userinfo !== "" ? (host !== "" || path !== "" || userinfo !== "" ? `//${userinfo && `${userinfo}@`}${host}` : "") : "";
  const rest = opaque || `${authority}${path !== "" && !path.startsWith("/") && host !== "" ? "/" : ""}${path}`;
  return `${scheme && `${scheme}:`}${rest}${query && `?${query}`}${fragment && `#${encodedPath(fragment)}`}`;
}

/** Sprig's functions of addresses. */
export const urlFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["urlParse", (text) => urlParse(textOf(text))],
  ["urlJoin", urlJoin],
]);
