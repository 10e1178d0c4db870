/** The parts of a global node id. */
export interface GlobalId {
  type: string;
  id: string;
}

/** `base64url(type:id)` without padding. */
export function toGlobalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString("base64url");
}

/** The parts of a global id; undefined when the text is none (padded, or with other characters than base64url). */
export function fromGlobalId(text: string): GlobalId | undefined {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) return undefined;
  const [type, id] = bytes.toString("utf8").split(":");
  return type && id ? { type, id } : undefined;
}
