import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { file, multipart, png } from "../../libs/services/images/test/sample-images.js";
import { Admin } from "../support/admin.js";
import { send } from "../support/http.js";

/** The address with a signature of another time, made with the project's own key as the specification says. */
async function signedAt(admin: Admin, address: string, date: string): Promise<string> {
  const [{ k }] = (await admin.project.secret("images")).keys;
  const url = new URL(address);
  url.searchParams.set("x-authgear-date", date);
  url.searchParams.delete("x-authgear-signature");
  const query = new URLSearchParams([...url.searchParams].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const canonical = ["POST", url.pathname, query, `host:${url.host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const text = `HMAC-SHA256\n${date}\n${createHash("sha256").update(canonical).digest("hex")}`;
  url.searchParams.set("x-authgear-signature", createHmac("sha256", Buffer.from(k, "base64url")).update(text).digest("hex"));
  return url.href;
}

async function upload(address: string): Promise<any> {
  const { payload, headers } = multipart([file(await png())]);
  return (await send(address, { method: "POST", headers, body: payload })).json;
}

const secondsAgo = (seconds: number): string => `${new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19)}Z`;

describe("an address for the picture of a user", () => {
  it("takes one picture, which his profile then shows", async () => {
    const admin = await Admin.make();
    const { upload_url } = await admin.rest("POST", "/images/upload", {});
    const { origin, pathname, searchParams } = new URL(upload_url);
    expect(origin).toBe(admin.project.origin);
    expect(pathname).toMatch(new RegExp(`^/_images/${admin.project.id}/[0-9a-f-]{36}$`));
    expect([searchParams.get("x-authgear-algorithm"), searchParams.get("x-authgear-expires"), searchParams.get("x-authgear-signedheaders")]).toEqual([
      "HMAC-SHA256",
      "900",
      "host",
    ]);
    const { result } = await upload(upload_url);
    expect(result.url).toBe(`authgearimages://${pathname.replace("/_images", "")}`);
    expect((await upload(upload_url)).error).toMatchObject({ name: "AlreadyExists", reason: "DuplicatedImage", code: 409 });

    const userID = await admin.createUser("ann@example.com");
    const { user } = await admin.mutate("updateUser", { userID, standardAttributes: { picture: result.url } }, "user { standardAttributes }");
    expect(user.standardAttributes.picture).toBe(`${admin.project.origin}${pathname}/profile`);
    const shown = await send(user.standardAttributes.picture);
    expect([shown.status, shown.headers["content-type"], shown.headers["cache-control"]]).toEqual([200, "image/png", "public, immutable, max-age=900"]);
  });

  it("is good for a quarter of an hour (leaked address)", async () => {
    const admin = await Admin.make();
    const { upload_url } = await admin.rest("GET", "/images/upload");
    const date = new URL(upload_url).searchParams.get("x-authgear-date") as string;
    expect(await signedAt(admin, upload_url, date)).toBe(upload_url);
    expect((await upload(await signedAt(admin, upload_url, secondsAgo(901)))).error).toMatchObject({ name: "Invalid", reason: "ExpiredSignature", code: 400 });
    expect((await upload(await signedAt(admin, upload_url, secondsAgo(890)))).result.url).toContain(admin.project.id);
  });

  it("cannot be altered (forged address)", async () => {
    const admin = await Admin.make();
    const { upload_url } = await admin.rest("POST", "/images/upload", {});
    const later = new URL(upload_url);
    later.searchParams.set("x-authgear-expires", "90000");
    for (const forged of [`${upload_url}&more=1`, later.href]) {
      expect((await upload(forged)).error).toMatchObject({ name: "Invalid", reason: "InvalidSignature", info: { canonical_request: expect.stringContaining("UNSIGNED-PAYLOAD") } });
    }
    expect((await upload(upload_url.replace(/&x-authgear-signature=\w+/, ""))).error.reason).toBe("InvalidSignatureQueryParam");
  });
});
