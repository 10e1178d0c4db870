import { TemplateError } from "./template-error.js";

/** A text, and the action after it; the last text has none. */
export interface TemplatePart {
  text: string;
  action?: string;
}

const QUOTED: Readonly<Record<string, RegExp>> = { '"': /"(?:[^"\\\n]|\\.)*"/y, "`": /`[^`]*`/y, "'": /'(?:[^'\\\n]|\\.[^']*)'/y };

/** Where an action ends: at the first `}}` outside of its texts. */
function endOf(source: string, start: number): number {
  const comment = /\{\{(?:- )?\/\*/y;
  comment.lastIndex = start;
  if (comment.test(source)) {
    const end = source.indexOf("*/", comment.lastIndex);
    return end < 0 ? -1 : source.indexOf("}}", end);
  }
  for (let at = start + 2; at < source.length; at += 1) {
    if (source.startsWith("}}", at)) return at;
    const quoted = QUOTED[source.charAt(at)];
    if (!quoted) continue;
    quoted.lastIndex = at;
    if (quoted.test(source)) at = quoted.lastIndex - 1;
  }
  return -1;
}

/** Text and actions in turn, with the white space that trim markers eat removed. Throws `TemplateError` for an action that is not closed. */
export function splitActions(source: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  let trimsStart = false;
  const textTo = (end: number, trimsEnd: boolean): string => {
    let text = source.slice(at, end);
    if (trimsStart) text = text.trimStart();
    return trimsEnd ? text.trimEnd() : text;
  };
  for (let start = source.indexOf("{{"); start >= 0; start = source.indexOf("{{", at)) {
    const end = endOf(source, start);
    if (end < 0) throw new TemplateError("an action is not closed");
    const action = source.slice(start + 2, end);
    parts.push({ text: textTo(start, action.startsWith("- ")), action: action.replace(/^- /, "").replace(/ -$/, "") });
    trimsStart = action.endsWith(" -");
    at = end + 2;
  }
  parts.push({ text: textTo(source.length, false) });
  return parts;
}
