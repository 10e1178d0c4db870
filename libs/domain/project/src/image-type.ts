/** The type of one of a project's images by its first bytes; undefined unless it is of a kind that a project may have (spec: project configuration §9). */
export function imageType(content: Uint8Array): "image/png" | "image/jpeg" | "image/gif" | undefined {
  const start = Buffer.from(content.subarray(0, 8)).toString("latin1");
  if (start === "\x89PNG\r\n\x1a\n") return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  return /^GIF8[79]a/.test(start) ? "image/gif" : undefined;
}
