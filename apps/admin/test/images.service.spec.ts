import { Readable } from "node:stream";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { HttpService } from "@gatehouse/platform-http";
import { type TestProject, testProject } from "@gatehouse/platform-testing";
import { ImageFiles, ImageUploads } from "@gatehouse/service-images";
import { file, multipart, png } from "@gatehouse/service-images/testing";
import { ObjectStores } from "@gatehouse/platform-object-store";
import { adminClient, tokenOf } from "./admin-client.js";

let admin: HttpService;
beforeAll(async () => {
  admin = (await adminClient()).service;
});
afterEach(() => {
  vi.useRealTimers();
});

async function ask(target: TestProject, { method = "POST", token, body = "{}" }: { method?: "GET" | "POST"; token?: string; body?: string } = {}) {
  const headers = { host: target.host, authorization: `Bearer ${token ?? (await tokenOf(target))}`, ...(method === "POST" ? { "content-type": "application/json" } : {}) };
  return admin.fastify.inject({ method, url: "/_api/admin/images/upload", headers, ...(method === "POST" ? { payload: body } : {}) });
}

/** Sends a picture to an address that the Admin API gave out. */
async function upload({ ctx, env }: TestProject, address: string): Promise<unknown> {
  const { pathname, search } = new URL(address);
  const { payload, headers } = multipart([file(await png())]);
  const uploads = new ImageUploads(new ImageFiles(new ObjectStores(env)));
  const objectId = pathname.split("/")[3] as string;
  return uploads
    .take(ctx, { method: "POST", path: pathname + search, objectId, headers, body: Readable.from([payload]) })
    .catch((error: { errorName: string; reason: string }) => error);
}

describe("upload addresses of the Admin API", () => {
  it.each(["GET", "POST"] as const)("are given out by %s and take a picture once", async (method) => {
    const target = await testProject();
    const { upload_url } = (await ask(target, { method, body: `{"user_id":"someone"}` })).json().result;
    const metadata = new URL(upload_url).searchParams.get("x-authgear-metadata") as string;
    expect(Buffer.from(metadata, "base64url").toString()).toBe(`{"uploaded_by":"admin_api"}`);
    expect(await upload(target, upload_url)).toMatch(new RegExp(`^authgearimages:///${target.project.id}/`));
    expect(await upload(target, upload_url)).toMatchObject({ reason: "DuplicatedImage" });
  });

  it("are refused after 15 minutes, and when their query was altered (probe 37)", async () => {
    const target = await testProject();
    const { upload_url } = (await ask(target)).json().result;
    expect(await upload(target, `${upload_url}&more=1`)).toMatchObject({ errorName: "Invalid", reason: "InvalidSignature" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 15 * 60_000 });
    expect(await upload(target, upload_url)).toMatchObject({ errorName: "Invalid", reason: "ExpiredSignature" });
  });

  it("want a token of the project (tenant isolation)", async () => {
    const [target, other] = [await testProject(), await testProject()];
    expect([(await ask(target, { token: "x" })).statusCode, (await ask(target, { token: await tokenOf(other) })).statusCode]).toEqual([403, 403]);
  });
});
