import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readFileForm, readUpload } from "./read-upload.js";

const headers = { "content-type": "multipart/form-data; boundary=XX" };
const part = (name: string, data: string, file = true) =>
  `--XX\r\nContent-Disposition: form-data; name="${name}"${file ? '; filename="a.png"\r\nContent-Type: image/png' : ""}\r\n\r\n${data}\r\n`;
const bodyOf = (text: string, chunk = text.length): Readable =>
  Readable.from(Array.from({ length: Math.ceil(text.length / chunk) }, (_, i) => Buffer.from(text.slice(i * chunk, (i + 1) * chunk))));
const rest = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("threat: a form that breaks off ends the server", () => {
  const whole = `preamble\r\n${part("csrf", "token", false)}${part("file", "image")}${part("other", "image")}--XX--\r\nepilogue`;
  /** From here on everything is there: only the line's end and what nobody reads may be missing. */
  const end = whole.indexOf("--XX--") + "--XX--".length;

  it.each([whole.length, 7])("wherever it does, in chunks of %i", async (chunk) => {
    const messages = new Map<string, number>();
    for (let length = 0; length < end; length += 1) {
      const failure: unknown = await readUpload({ headers, body: bodyOf(whole.slice(0, length), chunk) }).catch((error: Error) => error);
      expect(failure, `after ${length} bytes`).toBeInstanceOf(Error);
      const { message } = failure as Error;
      messages.set(message, (messages.get(message) ?? 0) + 1);
      await readFileForm({ headers, body: bodyOf(whole.slice(0, length), chunk) }).catch(() => undefined);
    }
    await rest();
    expect([...messages.keys()]).toEqual(["failed to read request body"]);
  });

  it("or whoever sends it goes away", async () => {
    for (const length of [10, 60, 120, 200]) {
      const body = new Readable({ read() {} });
      body.push(whole.slice(0, length));
      setTimeout(() => body.destroy(new Error("aborted")), 5);
      await expect(readUpload({ headers, body })).rejects.toThrow("failed to read request body");
    }
    await rest();
  });

  it("or a file in it is too large", async () => {
    const large = part("file", "x".repeat(10 * 1024 * 1024 + 1)).slice(0, -2);
    await expect(readUpload({ headers, body: bodyOf(large, 65_536) })).rejects.toThrow("asset too large");
    await rest();
  });
});

it("a form of one file is read, whatever stands before and after", async () => {
  expect((await readUpload({ headers, body: bodyOf(`x\r\n${part("file", "image")}--XX--\r\ny`, 3) })).toString()).toBe("image");
});
