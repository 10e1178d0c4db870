import { describe, expect, it, vi } from "vitest";
import { EnvConfig } from "@gatehouse/platform-env";
import { createAuthService } from "../src/index.js";
import { file, multipart, photo, png, svg } from "@gatehouse/service-images/testing";
import { type AuthClient, authClient } from "./auth-client.js";
import { another, signIn, userId } from "./session-helpers.js";

type Inject = { http: { fastify: { inject(options: object): Promise<{ statusCode: number; headers: Record<string, string>; json(): any; rawPayload: Buffer }> } } };

const UPLOAD = "/api/images/upload";

async function signedUp(): Promise<AuthClient> {
  const client = await authClient();
  await client.signUp("ann@example.com");
  return client;
}

const addressOf = async (client: AuthClient): Promise<string> => (await client.send(UPLOAD, { method: "POST" })).json.result.upload_url;

/** Sends a form of parts; nobody has to be signed in for it. */
async function post(client: AuthClient, address: string, content: Buffer | string = Buffer.alloc(0), headers: Record<string, string> = {}) {
  const { pathname, search, host } = new URL(address);
  const form = multipart([file(content)]);
  const http = (client as unknown as Inject).http;
  return http.fastify.inject({ method: "POST", url: pathname + search, payload: form.payload, headers: { host, ...form.headers, ...headers } });
}

/** Uploads a picture and returns the path of its forms. */
async function uploaded(client: AuthClient, image: Buffer): Promise<string> {
  const { url } = (await post(client, await addressOf(client), image)).json().result;
  return `/_images/${url.slice("authgearimages:///".length)}`;
}

async function get(client: AuthClient, path: string, headers: Record<string, string> = {}) {
  return (client as unknown as Inject).http.fastify.inject({ method: "GET", url: path, headers: { host: client.project.host, ...headers } });
}

describe("profile pictures", () => {
  it("go from a signed-in user's address to everyone's browser", async () => {
    const client = await signedUp();
    const image = await photo(1);
    const address = await addressOf(client);
    const { searchParams } = new URL(address);
    expect(JSON.parse(Buffer.from(searchParams.get("x-authgear-metadata") as string, "base64url").toString())).toEqual({ user_id: await userId(client), uploaded_by: "user" });
    const sent = await post(client, address, image);
    expect([sent.statusCode, sent.json()]).toEqual([200, { result: { url: expect.stringMatching(new RegExp(`^authgearimages:///${client.project.project.id}/[0-9a-f-]{36}$`)) } }]);
    const path = `/_images/${sent.json().result.url.slice("authgearimages:///".length)}`;
    const original = await get(client, `${path}/original`);
    expect([original.statusCode, original.rawPayload.equals(image), original.headers["content-type"]]).toEqual([200, true, "image/jpeg"]);
    const profile = await get(client, `${path}/profile`);
    expect(profile.headers).toMatchObject({
      "cache-control": "public, immutable, max-age=900",
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; style-src 'none'; sandbox",
    });
    expect(profile.headers.pragma).toBeUndefined();
  });

  it("may be asked for with an access token, not without a session", async () => {
    const client = await signedUp();
    const { access_token } = await signIn(client, { email: "ann@example.com" });
    const stranger = another(client);
    const refused = await stranger.send(UPLOAD, { method: "POST" });
    expect([refused.status, refused.json.error]).toEqual([401, { name: "Unauthorized", reason: "Unauthorized", message: "authentication required", code: 401 }]);
    expect((await stranger.send(UPLOAD, { method: "POST", headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
  });

  it("are limited to 10 addresses an hour and user (probe 33)", async () => {
    const client = await signedUp();
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await client.send(UPLOAD, { method: "POST" })).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    const refused = await client.send(UPLOAD, { method: "POST" });
    expect(refused.json.error).toMatchObject({ reason: "RateLimited", info: { bucket_name: "PresignImageUploadRequestPerUser" } });
    const other = another(client);
    await other.signUp("bob@example.com");
    expect((await other.send(UPLOAD, { method: "POST" })).status).toBe(200);
  });

  it("are served from the host of the deployment's pictures, where there is one", async () => {
    const client = await signedUp();
    const path = `${await uploaded(client, await png())}/profile`;
    const { env, resources, host } = client.project;
    const service = await createAuthService({ ...resources, env: new EnvConfig({ ...env, imagesCdnHost: "cdn.test" }) });
    const at = (name: string, url: string) => service.fastify.inject({ method: "GET", url, headers: { host: name } });
    try {
      const moved = await at(host, path);
      expect([moved.statusCode, moved.headers.location]).toEqual([302, `http://cdn.test${path}`]);
      expect([
        (await at("cdn.test", path)).statusCode,
        (await at("cdn.test", "/login")).statusCode,
        (await at("cdn.test", path.replace(/t[0-9a-f]{16}/, "nobody"))).statusCode,
      ]).toEqual([200, 404, 404]);
    } finally {
      await service.close();
    }
  });
});

describe("an upload is refused", () => {
  it("when its address was altered, and after 15 minutes (probe 34)", async () => {
    const client = await signedUp();
    const address = await addressOf(client);
    const image = await png();
    const reason = async (change: (url: URL) => unknown): Promise<unknown> => {
      const url = new URL(address);
      change(url);
      return (await post(client, url.href, image)).json().error?.reason;
    };
    expect(
      await Promise.all([
        reason((url) => Object.assign(url, { pathname: url.pathname.replace(/.$/, (last) => (last === "0" ? "1" : "0")) })),
        reason((url) => url.searchParams.set("x-authgear-metadata", Buffer.from(`{"uploaded_by":"admin_api"}`).toString("base64url"))),
        reason((url) => url.searchParams.delete("x-authgear-date")),
        reason((url) => Object.assign(url, { search: "" })),
      ]),
    ).toEqual(["InvalidSignature", "InvalidSignature", "InvalidSignatureQueryParam", "InvalidSignatureQueryParam"]);
    const altered = (await post(client, address.replace("900", "901"), image)).json().error;
    expect(altered).toMatchObject({ name: "Invalid", code: 400, info: { canonical_request: expect.stringMatching(/^POST\n\/_images\//) } });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 900_000 });
    try {
      expect((await post(client, address, image)).json().error).toMatchObject({ name: "Invalid", reason: "ExpiredSignature" });
    } finally {
      vi.useRealTimers();
    }
    expect((await post(client, address, image)).statusCode).toBe(200);
  });

  it("the second time (DuplicatedImage)", async () => {
    const client = await signedUp();
    const address = await addressOf(client);
    await post(client, address, await png());
    const again = await post(client, address, await png());
    expect([again.statusCode, again.json().error.reason]).toEqual([409, "DuplicatedImage"]);
  });

  it("with an address of another project (tenant isolation)", async () => {
    const [mine, other] = [await signedUp(), await signedUp()];
    const path = await uploaded(mine, await png());
    const address = new URL(await addressOf(mine));
    address.host = other.project.host;
    expect((await post(other, address.href, await png())).statusCode).toBe(404);
    address.pathname = address.pathname.replace(mine.project.project.id, other.project.project.id);
    expect((await post(other, address.href, await png())).json().error.reason).toBe("InvalidSignature");
    expect([
      (await get(other, `${path}/original`)).statusCode,
      (await get(other, `${path.replace(mine.project.project.id, other.project.project.id)}/original`)).statusCode,
    ]).toEqual([404, 404]);
  });

  it("when it is no picture: a script in an SVG never reaches a browser", async () => {
    const client = await signedUp();
    const address = await addressOf(client);
    const refused = await post(client, address, svg);
    expect(refused.json().error).toMatchObject({ name: "BadRequest", reason: "UnsupportedImageFile" });
    expect((await get(client, `${new URL(address).pathname}/original`)).statusCode).toBe(404);
  });

  it("when its form is none", async () => {
    const client = await signedUp();
    const message = async (headers: Record<string, string>) => (await post(client, await addressOf(client), await png(), headers)).json().error.message;
    expect(await message({ "content-type": "image/png" })).toBe("invalid content-type");
    expect(await message({ "content-type": "multipart/form-data" })).toBe("invalid boundary");
  });

  it("before its body is read, when nobody signed it", async () => {
    const client = await signedUp();
    const path = `/_images/${client.project.project.id}/11111111-1111-4111-8111-111111111111`;
    const large = await post(client, `http://${client.project.host}${path}`, Buffer.alloc(11 * 1024 * 1024));
    expect(large.json().error.reason).toBe("InvalidSignatureQueryParam");
  });
});

it("there are two forms of a picture and no others", async () => {
  const client = await signedUp();
  const path = await uploaded(client, await png());
  const statuses = await Promise.all(["profile", "original", "large", "profile.png", ""].map(async (variant) => (await get(client, `${path}/${variant}`)).statusCode));
  expect(statuses).toEqual([200, 200, 404, 404, 404]);
});

it("scripts of the project's applications may upload, others may not", async () => {
  const client = await signedUp();
  const from = async (origin: string) => (await post(client, await addressOf(client), await png(), { origin })).headers["access-control-allow-origin"];
  expect([await from("http://app.test"), await from("http://evil.test")]).toEqual(["http://app.test", undefined]);
});
