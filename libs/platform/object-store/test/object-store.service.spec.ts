import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoreContext } from "../src/index.js";
import { readEnv } from "@gatehouse/platform-env";
import { testProject } from "@gatehouse/platform-testing";
import { attachment, type ObjectStore, ObjectStores } from "../src/index.js";
import { objectStoreContract } from "./object-store.contract.js";
import { S3Server } from "./s3-server.js";

const required = { DATABASE_URL: "postgres://u@h/db", REDIS_URL: "redis://h" };

describe("a folder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-store-"));
  const stores = new ObjectStores(readEnv({ ...required, GATEHOUSE_OBJECT_STORE_DIR: folder }));
  let server: Server;
  let last: StoreContext;

  /** Serves links as the Admin API does, for the project that made the last one. */
  const linking = (): ObjectStore =>
    new Proxy(stores.userExport!, {
      get: (store, name) => {
        if (name !== "downloadUrl") return Reflect.get(store, name).bind(store);
        return (ctx: StoreContext, link: Parameters<ObjectStore["downloadUrl"]>[1]) => {
          last = { ...ctx, now: () => new Date() };
          const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
          return store.downloadUrl({ ...ctx, request: { ...ctx.request, publicOrigin: origin } }, link);
        };
      },
    });

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://h");
      void stores.openDownload(last, { key: url.pathname.replace("/_api/admin/files/", ""), query: Object.fromEntries(url.searchParams) }).then((found) => {
        if (!found) return response.writeHead(403).end();
        response.writeHead(200, { "content-type": found.contentType, "content-disposition": attachment(found.fileName) });
        return found.body.pipe(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  objectStoreContract(linking);

  it("a link of one project opens nothing in another", async () => {
    const [mine, other] = [await testProject(), await testProject()];
    for (const { ctx } of [mine, other]) await stores.userExport?.put(ctx, { key: "f", body: Buffer.from(ctx.project.id), contentType: "text/plain" });
    const url = new URL(await stores.userExport!.downloadUrl(mine.ctx, { key: "f", expiresInSeconds: 60, fileName: "f", contentType: "text/plain" }));
    const query = Object.fromEntries(url.searchParams);
    expect(await stores.openDownload(other.ctx, { key: "f", query })).toBeUndefined();
    expect(await stores.openDownload(mine.ctx, { key: "../x", query })).toBeUndefined();
    const opened = await stores.openDownload(mine.ctx, { key: "f", query });
    expect(opened?.fileName).toBe("f");
    opened?.body.destroy();
  });

  it("another process with the folder takes the same links, and nobody else reads the files", async () => {
    const { ctx } = await testProject();
    await stores.userExport?.put(ctx, { key: "f", body: Buffer.from("1"), contentType: "text/plain" });
    const again = new ObjectStores(readEnv({ ...required, GATEHOUSE_OBJECT_STORE_DIR: folder }));
    const url = new URL(await again.images!.downloadUrl(ctx, { key: "f", expiresInSeconds: 60, fileName: "f", contentType: "text/plain" }));
    (await stores.openDownload(ctx, { key: "f", query: Object.fromEntries(url.searchParams) }))!.body.destroy();
    expect(statSync(path.join(folder, ".signing-key")).mode & 0o077).toBe(0);
    expect(statSync(path.join(folder, ctx.project.id, "f~")).mode & 0o077).toBe(0);
    expect(readdirSync(path.join(folder, ".staging"))).toEqual([]);
  });
});

describe("a bucket", () => {
  const server = new S3Server();
  let stores: ObjectStores;
  beforeAll(async () => {
    const endpoint = await server.start("s3cret");
    const settings = { ENDPOINT: endpoint, BUCKET_NAME: "files", ACCESS_KEY_ID: "key", SECRET_ACCESS_KEY: "s3cret" };
    const variables = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`USEREXPORT_OBJECT_STORE_MINIO_${name}`, value]));
    stores = new ObjectStores(readEnv({ ...required, USEREXPORT_OBJECT_STORE_TYPE: "MINIO", ...variables }));
  });
  afterAll(() => server.stop());

  objectStoreContract(() => stores.userExport!);

  it("keeps files below the project's id and leaves no upload unfinished", async () => {
    const { ctx } = await testProject();
    await stores.userExport?.put(ctx, { key: "a/b", body: Buffer.from("1"), contentType: "text/plain" });
    expect(server.objects.has(`/files/${ctx.project.id}/a/b`)).toBe(true);
    expect(server.uploads.size).toBe(0);
  });

  it("threat: a picture is replaced in a store that overlooks conditions", async () => {
    const { ctx } = await testProject();
    const put = (body: string) => stores.userExport!.put(ctx, { key: "k", body: Buffer.from(body), contentType: "text/plain", ifAbsent: true });
    server.ignoresConditions = true;
    expect([await put("1"), await put("2")]).toEqual([true, false]);
    server.ignoresConditions = false;
    expect(server.objects.get(`/files/${ctx.project.id}/k`)?.body.toString()).toBe("1");
  });

  it("is of one purpose alone", () => {
    expect(stores.images).toBeUndefined();
    expect(new ObjectStores(readEnv(required)).userExport).toBeUndefined();
  });
});

/** A real server, where there is one, runs the contract too: its address, and the keys of its bucket `files`. */
const { TEST_S3_ENDPOINT: real, TEST_S3_ACCESS_KEY_ID: accessKey = "", TEST_S3_SECRET_ACCESS_KEY: secret = "" } = process.env;
describe.runIf(real)("a bucket of a real server", () => {
  const settings = { ENDPOINT: real ?? "", BUCKET_NAME: "files", ACCESS_KEY_ID: accessKey, SECRET_ACCESS_KEY: secret };
  const variables = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`USEREXPORT_OBJECT_STORE_MINIO_${name}`, value]));
  const stores = real ? new ObjectStores(readEnv({ ...required, USEREXPORT_OBJECT_STORE_TYPE: "MINIO", ...variables })) : undefined;
  objectStoreContract(() => stores!.userExport!);
});
