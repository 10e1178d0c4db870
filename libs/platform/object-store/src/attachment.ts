/** `filename` of plain ASCII, and the true name beside it (RFC 6266 §4.3). */
export function attachment(fileName: string): string {
  return `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, "_")}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
