import type { Metadata } from "sharp";
import { unsupportedImageFile } from "@gatehouse/domain-errors";

/** More pixels than any camera's: a small file can claim thousands of millions of them. */
const MAX_PIXELS = 50_000_000;
const SIDE = 240;
const MAX_SECONDS = 10;

/** Raster images that browsers are given, by the name sharp has for them. */
const MEDIA_TYPES: Readonly<Record<string, string>> = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" };

const SIGNATURES: readonly (readonly [string, RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** The media type of a raster image by its first bytes; undefined for everything else. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("hex");
  return SIGNATURES.find(([, pattern]) => pattern.test(head))?.[0];
}

/**
 * The square that profiles show: turned upright as the camera noted, 240×240, cut from the middle, without the camera's notes. It decodes the whole image, so
 * that a broken one is refused here and never served. Throws `BadRequest/UnsupportedImageFile`.
 */
export async function cropPicture(bytes: Uint8Array): Promise<Buffer> {
  // Only the four formats reach a decoder: it knows many more, SVG and PDF among them.
  const type = imageTypeOf(bytes);
  if (!type) throw unsupportedImageFile({ type: "unknown" });
  // The library is large, and few processes see an image.
  const { default: sharp } = await import("sharp");
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", animated: false, autoOrient: true }).timeout({ seconds: MAX_SECONDS });
    if (!isExpected(await image.metadata(), type)) throw unsupportedImageFile({ type });
    const square = image.resize(SIDE, SIDE, { fit: "cover", position: "centre" });
    return await (type === "image/jpeg" ? square.jpeg({ quality: 85 }) : square.png()).toBuffer();
  } catch {
    throw unsupportedImageFile({ type });
  }
}

const isExpected = ({ format, width, height }: Metadata, type: string): boolean => MEDIA_TYPES[format ?? ""] === type && width * height <= MAX_PIXELS;
