import { type Filter, FilterParser } from "ldapts";
import { renderTemplate } from "@gatehouse/platform-templating";

const ESCAPED: Readonly<Record<string, string>> = { "*": "\\2a", "(": "\\28", ")": "\\29", "\\": "\\5c", "\0": "\\00" };

/** A text within a filter, where it stands for itself (RFC 4515 §3). */
export const escapeFilterValue = (text: string): string => text.replace(/[*()\\\0]/g, (character) => ESCAPED[character] as string);

/** The filter that finds an entry by what the person typed; `{{.Username}}` of the template stands for it, escaped. Throws when the template gives no filter. */
export function searchFilter(template: string, username: string): Filter {
  return FilterParser.parseString(renderTemplate(template, { as: "text", values: { Username: escapeFilterValue(username) } }));
}
