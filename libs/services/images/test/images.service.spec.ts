import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { ImageFiles, ImageUploads, readFileForm } from "../src/index.js";
import { bomb, file, type FormPart, multipart, photo, png, svg } from "./sample-images.js";

async function setUp(): Promise<{ project: TestProject; uploads: ImageUploads; files: ImageFiles; stores: ObjectStores }> {
  const project = await testProject();
  const stores = new ObjectStores(project.env);
  const files = new ImageFiles(stores);
  return { project, files, stores, uploads: new ImageUploads(files) };
}

const SENDER = { uploaded_by: "user", user_id: "u1" } as const;
const NOTHING = Buffer.alloc(0);

/** Sends parts to an address that was given out. */
function send(
  { project, uploads }: Awaited<ReturnType<typeof setUp>>,
  parts: readonly FormPart[] | { payload: Buffer; headers: Record<string, string> },
  address?: string,
): Promise<string> {
  const { payload, headers } = "payload" in parts ? parts : multipart(parts);
  const url = new URL(address ?? uploads.address(project.ctx, SENDER));
  const objectId = url.pathname.split("/")[3] as string;
  return uploads.take(project.ctx, { method: "POST", path: url.pathname + url.search, objectId, headers, body: Readable.from([payload]) });
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { errorName: string; reason: string; message: string }) => [error.errorName, error.reason, error.message],
  );

async function stored({ project, files }: Awaited<ReturnType<typeof setUp>>, url: string, variant: string) {
  const found = await files.get(project.ctx, { objectId: url.split("/").at(-1) as string, variant });
  return found && { type: found.contentType, body: await buffer(found.body) };
}

describe("an upload address", () => {
  it("names who asked for it and takes an image, which is kept as it is and as a square", async () => {
    const service = await setUp();
    const { project, uploads } = service;
    const address = new URL(uploads.address(project.ctx, SENDER));
    expect(address.origin + address.pathname).toMatch(new RegExp(`^http://${project.host}/_images/${project.project.id}/[0-9a-f-]{36}$`));
    expect(JSON.parse(Buffer.from(address.searchParams.get("x-authgear-metadata") as string, "base64url").toString())).toEqual(SENDER);
    const image = await png(300, 100);
    const url = await send(service, [file(image)], address.href);
    expect(url).toBe(`authgearimages:///${project.project.id}/${address.pathname.split("/")[3]}`);
    expect(await stored(service, url, "original")).toEqual({ type: "image/png", body: image });
    const profile = await stored(service, url, "profile");
    expect([profile?.type, await sharp(profile?.body).metadata()]).toEqual(["image/png", expect.objectContaining({ width: 240, height: 240 })]);
    expect(await stored(service, url, "large")).toBeUndefined();
  });

  it("takes one image only (DuplicatedImage), also when two come at once", async () => {
    const service = await setUp();
    const address = service.uploads.address(service.project.ctx, SENDER);
    const image = await png();
    const results = await Promise.all([1, 2, 3].map(() => failure(send(service, [file(image)], address))));
    expect(results.filter((result) => result === undefined)).toHaveLength(1);
    expect(await failure(send(service, [file(image)], address))).toEqual(["AlreadyExists", "DuplicatedImage", "duplicated image"]);
  });

  it("cannot be made without the project's secret", async () => {
    const { project, uploads } = await setUp();
    const { images: _images, ...secrets } = project.project.secrets;
    const ctx = project.with({ project: { ...project.project, secrets } });
    expect(() => uploads.address(ctx, SENDER)).toThrow(expect.objectContaining({ errorName: "InternalError", message: "missing images secret" }));
  });

  it("needs a store", async () => {
    const { project } = await setUp();
    const uploads = new ImageUploads(new ImageFiles(new ObjectStores({ ...project.env, objectStoreDir: "" } as never)));
    expect(await failure(uploads.keepNew(project.ctx, await png()))).toEqual(["InternalError", "InvalidConfiguration", expect.any(String)]);
  });
});

describe("the form of an upload", () => {
  const field = (name: string): FormPart => ({ name, content: "x" });
  it.each([
    ["of another type", { payload: Buffer.from("{}"), headers: { "content-type": "application/json" } }, "invalid content-type"],
    ["without a type", { payload: NOTHING, headers: {} as Record<string, string> }, "invalid content-type"],
    ["without a boundary", { payload: NOTHING, headers: { "content-type": "multipart/form-data" } }, "invalid boundary"],
    ["with an empty boundary", { payload: NOTHING, headers: { "content-type": 'multipart/form-data; boundary=""' } }, "invalid boundary"],
    ["that breaks off", { ...multipart([file("x")]), payload: multipart([file("x")]).payload.subarray(0, 60) }, "failed to read request body"],
    ["that is empty", { ...multipart([]), payload: NOTHING }, "failed to read request body"],
    ["without a file", [field("a")], "expected exactly 1 file part"],
    ["whose file is a text field", [field("file")], "expected exactly 1 file part"],
    ["with two files", [file("x"), file("y")], "expected exactly 1 file part"],
    ["whose file has another name", [file("x", "picture")], "invalid file field"],
  ])("%s is refused", async (_what, parts, message) => {
    expect(await failure(send(await setUp(), parts))).toEqual(["Invalid", "Invalid", message]);
  });

  it("may hold 10 MiB, and not a byte more", async () => {
    const service = await setUp();
    const image = await png();
    const padded = (size: number) => Buffer.concat([image, Buffer.alloc(size - image.length)]);
    const url = await send(service, [file(padded(10 * 1024 * 1024))]);
    expect((await stored(service, url, "original"))?.body.length).toBe(10 * 1024 * 1024);
    expect(await failure(send(service, [file(padded(10 * 1024 * 1024 + 1))]))).toEqual(["BadRequest", "BadRequest", "asset too large"]);
  });

  it("is answered over a real connection when it is refused half-way, and leaves the server well", async () => {
    const server = createServer(async (request, response) => {
      const read = await failure(readFileForm({ headers: request.headers, body: request }));
      response.writeHead(400).end(JSON.stringify(read));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { payload, headers } = multipart([file(Buffer.alloc(15 * 1024 * 1024)), field("after")]);
    try {
      for (let i = 0; i < 2; i += 1)
        expect(await (await fetch(url, { method: "POST", body: new Uint8Array(payload), headers })).json()).toEqual(["BadRequest", "BadRequest", "asset too large"]);
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${headers["content-type"]}\r\ncontent-length: 9999\r\n\r\n--`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      const last = await fetch(url, { method: "POST", body: "x", headers: { "content-type": "text/plain" } });
      expect(await last.json()).toEqual(["Invalid", "Invalid", "invalid content-type"]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("of a page gives its fields, and its file when one was chosen", async () => {
    const read = (parts: FormPart[]) => {
      const { payload, headers } = multipart(parts);
      return readFileForm({ headers, body: Readable.from([payload]) });
    };
    expect(await read([field("x_action"), file("content")])).toEqual({ fields: { x_action: "x" }, file: Buffer.from("content") });
    expect(await read([field("x_action"), { name: "file", content: "", fileName: "" }])).toEqual({ fields: { x_action: "x" } });
  });
});

describe("an image", () => {
  it("is turned upright and cut to the middle, and loses the camera's notes", async () => {
    const service = await setUp();
    const url = await send(service, [file(await photo(6))]);
    const { body, type } = (await stored(service, url, "profile")) as { body: Buffer; type: string };
    const { width, height, exif, orientation } = await sharp(body).metadata();
    expect({ type, width, height, exif, orientation }).toEqual({ type: "image/jpeg", width: 240, height: 240, exif: undefined, orientation: undefined });
    // Held a quarter turn to the left: its left half is the upper one.
    const { data } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray((y * 240 + x) * 3, (y * 240 + x) * 3 + 3)].map((value) => (value > 128 ? 1 : 0));
    expect([at(120, 10), at(120, 230)]).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it.each([
    ["an SVG with a script", async () => svg],
    ["HTML", async () => Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["text", async () => Buffer.from("hello")],
    ["nothing", async () => NOTHING],
    ["a PNG cut off", async () => (await png(300, 300)).subarray(0, 200)],
    ["a PNG's first bytes before HTML", async () => Buffer.concat([(await png()).subarray(0, 8), Buffer.from("<script>alert(1)</script>")])],
    ["a decompression bomb", async () => bomb(30_000)],
  ])("that is %s is refused and not kept", async (_what, make) => {
    const service = await setUp();
    const address = service.uploads.address(service.project.ctx, SENDER);
    expect(await failure(send(service, [file(await make())], address))).toEqual(["BadRequest", "UnsupportedImageFile", "unsupported image file"]);
    expect(await stored(service, new URL(address).pathname, "original")).toBeUndefined();
    await send(service, [file(await png())], address);
  });

  it("threat: many large images at once take the memory of one, and a broken one keeps no other", async () => {
    const { project, uploads } = await setUp();
    const image = await png(1500, 1500);
    const work = Promise.allSettled([image.subarray(0, 200), ...Array.from({ length: 7 }, () => image)].map((one) => uploads.keepNew(project.ctx, one)));
    let [done, most] = [false, 0];
    void work.then(() => (done = true));
    while (!done) {
      const { queue, process } = sharp.counters();
      most = Math.max(most, queue + process);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await work).map(({ status }) => status)).toEqual(["rejected", ...Array.from({ length: 7 }, () => "fulfilled")]);
    // One that is done may count until the next turn of the loop.
    expect(most).toBeLessThanOrEqual(2);
  });

  it("belongs to its project, and what others put beside it is not served", async () => {
    const [service, other] = [await setUp(), await setUp()];
    const url = await send(service, [file(await png())]);
    const objectId = url.split("/").at(-1) as string;
    expect(await other.files.get(other.project.ctx, { objectId, variant: "original" })).toBeUndefined();
    const planted = "11111111-1111-4111-8111-111111111111";
    await service.stores.images?.put(service.project.ctx, { key: `images/${planted}/original`, body: svg, contentType: "image/svg+xml" });
    expect(await service.files.get(service.project.ctx, { objectId: planted, variant: "original" })).toBeUndefined();
    expect(await service.files.get(service.project.ctx, { objectId: "../..", variant: "original" })).toBeUndefined();
  });
});
