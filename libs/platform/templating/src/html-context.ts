import { queryEscape, scriptEscape } from "./functions/go-functions.js";
import { SafeMarkup, type TemplateValue, textOf } from "./functions/values.js";

type Place = "text" | "tag" | "before-value" | "value" | "comment" | "raw";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "+": "&#43;", "\0": "\uFFFD" };
const UNQUOTED: Readonly<Record<string, string>> = { " ": "&#32;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;", "=": "&#61;", "`": "&#96;" };
const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  "href",
  "src",
  "action",
  "formaction",
  "background",
  "cite",
  "poster",
  "data",
  "longdesc",
  "manifest",
  "xlink:href",
  "icon",
  "srcset",
]);
const RAW_ELEMENTS: ReadonlySet<string> = new Set(["script", "style", "title", "textarea"]);
/** What Go writes in the place of a value that would be dangerous there. */
const REFUSED = "ZgotmplZ";

/** A text for element content or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"'+\0]/g, (character) => ENTITIES[character] as string);

const normalisedUrl = (text: string): string =>
  encodeURI(text.toWellFormed())
    .replace(/%25(?=[0-9a-f]{2})/gi, "%")
    .replace(/%5([BD])/g, (_, digit: string) => (digit === "B" ? "[" : "]"))
    .replace(/['()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
const isSafeUrl = (text: string): boolean => !/^[^/?#]*:/.test(text) || /^(?:https?|mailto):/i.test(text);
const isSafeStyle = (text: string): boolean => !/[\0"'()/;@[\\\]`{}<>]|--|expression|mozbinding/i.test(text);

/** Where in an HTML document the output of a template is: values are escaped by what surrounds them, as Go's html/template does. */
export class HtmlContext {
  private place: Place = "text";
  private element = "";
  private attribute = "";
  private quote = "";
  /** Of the attribute's value so far. */
  private value = "";
  /** Of an element's or attribute's name so far. */
  private word = "";

  /** Markup of the template itself. Comments are dropped. */
  text(markup: string): string {
    let out = "";
    for (let at = 0; at < markup.length; ) {
      const rest = markup.slice(at);
      const taken = this.step(rest);
      if (taken.shown) out += rest.slice(0, taken.length);
      at += taken.length;
    }
    return out;
  }

  /** A value, made safe for the place it stands at. */
  write(value: TemplateValue): string {
    const text = textOf(value);
    const escaped = this.escaped(value, text);
    if (this.place === "before-value") {
      this.place = "value";
      this.quote = "";
      this.value = "";
    }
    if (this.place === "value") this.value += text;
    return escaped;
  }

  private escaped(value: TemplateValue, text: string): string {
    switch (this.place) {
      case "comment":
        return "";
      case "text":
        return value instanceof SafeMarkup && value.is === "html" ? text : escapeHtml(text);
      case "raw":
        if (this.element === "script") return /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(text) && typeof value !== "string" ? text : `"${scriptEscape(text)}"`;
        return this.element === "style" ? (isSafeStyle(text) ? text : REFUSED) : escapeHtml(text);
      case "tag":
        return value instanceof SafeMarkup && value.is === "attribute" ? text : /^[a-z0-9-]*$/i.test(text) && !/^(?:on|style|src|href)/i.test(text) ? text : REFUSED;
      default:
        return this.inAttribute(text);
    }
  }

  private inAttribute(text: string): string {
    const safe = this.safeInAttribute(text);
    if (this.place === "value" && this.quote !== "") return escapeHtml(safe);
    return escapeHtml(safe).replace(/[ \t\n\r=`]/g, (character) => UNQUOTED[character] as string);
  }

  private safeInAttribute(text: string): string {
    const value = this.place === "value" ? this.value : "";
    if (this.attribute.startsWith("on")) return `"${scriptEscape(text)}"`;
    if (this.attribute === "style") return isSafeStyle(text) ? text : REFUSED;
    if (!URL_ATTRIBUTES.has(this.attribute)) return text;
    if (/[?#]/.test(value)) return queryEscape(text).replaceAll("+", "%20");
    return value === "" && !isSafeUrl(text) ? `#${REFUSED}` : normalisedUrl(text);
  }

  private step(rest: string): { length: number; shown: boolean } {
    switch (this.place) {
      case "text":
        return this.inText(rest);
      case "comment": {
        const end = rest.indexOf("-->");
        if (end < 0) return { length: rest.length, shown: false };
        this.place = "text";
        return { length: end + 3, shown: false };
      }
      case "raw":
        return this.inRaw(rest);
      case "value":
        return this.inValue(rest);
      default:
        return this.inTag(rest);
    }
  }

  private inText(rest: string): { length: number; shown: boolean } {
    if (rest.startsWith("<!--")) {
      this.place = "comment";
      return { length: 4, shown: false };
    }
    const [opening, name] = /^<(\/?[a-zA-Z][^\s/>]*)/.exec(rest) ?? [];
    if (opening && name) {
      this.place = "tag";
      this.element = name.toLowerCase();
      this.attribute = "";
      this.word = "";
      return { length: opening.length, shown: true };
    }
    const next = rest.indexOf("<", 1);
    return { length: next < 0 ? rest.length : next, shown: true };
  }

  private inRaw(rest: string): { length: number; shown: boolean } {
    const end = rest.toLowerCase().indexOf(`</${this.element}`);
    if (end > 0) return { length: end, shown: true };
    if (end < 0) return { length: rest.length, shown: true };
    this.place = "text";
    return this.inText(rest);
  }

  private inValue(rest: string): { length: number; shown: boolean } {
    const ends = this.quote === "" ? /[\s>]/ : new RegExp(this.quote);
    const end = rest.search(ends);
    this.value += end < 0 ? rest : rest.slice(0, end);
    if (end < 0) return { length: rest.length, shown: true };
    this.place = "tag";
    this.word = "";
    return { length: end + (this.quote === "" ? 0 : 1), shown: true };
  }

  private inTag(rest: string): { length: number; shown: boolean } {
    const character = rest.charAt(0);
    if (character === ">") this.place = RAW_ELEMENTS.has(this.element) ? "raw" : "text";
    else if (this.place === "before-value" && !/\s/.test(character)) {
      this.place = "value";
      this.quote = character === '"' || character === "'" ? character : "";
      this.value = "";
      return { length: this.quote === "" ? 0 : 1, shown: true };
    } else if (character === "=") {
      this.attribute = this.word.toLowerCase();
      this.place = "before-value";
    } else if (/[\s/]/.test(character)) {
      if (!/^\s*=/.test(rest)) this.word = "";
    } else this.word += character;
    return { length: 1, shown: true };
  }
}
