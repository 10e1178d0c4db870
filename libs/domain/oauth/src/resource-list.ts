import { spaceList } from "./scopes.js";

/**
 * The values of a repeated `resource` parameter (RFC 8707 §2) as one text, so that a request stays a record of texts. A URI has no space;
 * a value with one is no URI, and is kept as one value, which no resource fits.
 */
export const joinResources = (values: readonly string[]): string =>
  values
    .map((value) => value.replaceAll(" ", "%20"))
    .filter(Boolean)
    .join(" ");

/** The resources that a request names, each once, in its order. */
export const resourceList = (text: string | undefined): string[] => [...new Set(spaceList(text))];
