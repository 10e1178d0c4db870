import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

const PIXELS = { channels: 3, background: "#e33" } as const;

/** A red PNG. */
export const png = (width = 32, height = 16): Promise<Buffer> =>
  sharp({ create: { width, height, ...PIXELS } })
    .png()
    .toBuffer();

/** A JPEG whose left half is red and whose right half is blue, with the camera's note of how it was held, and where. */
export async function photo(orientation: number): Promise<Buffer> {
  const right = await sharp({ create: { width: 200, height: 200, channels: 3, background: "#00f" } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 400, height: 200, channels: 3, background: "#f00" } })
    .composite([{ input: right, left: 200, top: 0 }])
    .withExif({ IFD0: { Copyright: "somewhere at home" } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

/** A PNG of few bytes that claims to be as large as asked (a decompression bomb). */
export function bomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const line = Buffer.alloc(Math.ceil(side / 8) + 1);
  const data = deflateSync(Buffer.concat(Array.from({ length: Math.min(side, 2000) }, () => line)));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

export const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(document.domain)</script></svg>`);

/** One part of a form. */
export interface FormPart {
  name: string;
  content: Buffer | string;
  fileName?: string;
}

/** A form of parts as browsers send it. */
export function multipart(parts: readonly FormPart[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = "----form-of-the-test";
  const lines = parts.flatMap(({ name, content, fileName }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"\r\nContent-Type: application/octet-stream`}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  return { payload: Buffer.concat([...lines, Buffer.from(`--${boundary}--\r\n`)]), headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
}

export const file = (content: Buffer | string, name = "file"): FormPart => ({ name, content, fileName: "picture.png" });
