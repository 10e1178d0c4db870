import type { StoreContext } from "./store-context.js";

const SEGMENT = /^(?!\.)[\w.-]{1,200}$/;
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/;

/** The full key of a project's file. Throws for a key that could leave the project's part of the store. */
export function objectKey({ project }: Pick<StoreContext, "project">, key: string): string {
  const segments = [project.id, ...key.split("/")];
  if (key.length > 500 || !segments.every((segment) => SEGMENT.test(segment))) throw new Error(`"${key.slice(0, 100)}" cannot be the key of an object.`);
  return segments.join("/");
}

/** Throws for a text that cannot be the first part of a key. */
export function checkSegment(text: string): void {
  if (!SEGMENT.test(text)) throw new Error(`"${text.slice(0, 100)}" cannot be the key of an object.`);
}

/** Throws for a content type that is none: it becomes a header when the file is served. */
export function checkContentType(contentType: string): void {
  if (contentType.length > 100 || !CONTENT_TYPE.test(contentType)) throw new Error("An object needs a plain content type.");
}
