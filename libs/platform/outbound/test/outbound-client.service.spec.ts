import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lookup, OutboundClient } from "@gatehouse/platform-outbound";
import { testPlatform } from "@gatehouse/platform-testing";

let server: Server;
let base: string;
const hits: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(request.url ?? "");
    if (request.url === "/redirect") response.writeHead(302, { location: "/target" }).end();
    else if (request.url === "/huge") response.end("x".repeat(3_000_000));
    else if (request.url === "/silent") return;
    else response.end("hello");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const get = (client: OutboundClient, url: string, timeoutMs = 5_000) => client.send({ method: "GET", url, timeoutMs });
const lookupTo =
  (...addresses: string[]): Lookup =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );

describe("threat: a web hook's URL leads inside (SSRF)", () => {
  it("refuses a literal loopback address, in every spelling", async () => {
    const client = new OutboundClient({ allowLoopback: false });
    for (const host of [base, base.replace("127.0.0.1", "2130706433"), base.replace("127.0.0.1", "0x7f.1"), base.replace("127.0.0.1", "[::ffff:127.0.0.1]")])
      await expect(get(client, `http://${host}/literal`)).rejects.toMatchObject({ failure: "address-refused" });
    expect(hits).not.toContain("/literal");
  });

  it("refuses a public name that resolves to loopback (DNS rebinding)", async () => {
    const client = new OutboundClient({ allowLoopback: false, lookup: lookupTo("127.0.0.1") });
    await expect(get(client, `http://rebind.example:${base.split(":")[1]}/rebind`)).rejects.toMatchObject({ failure: "address-refused" });
    expect(hits).not.toContain("/rebind");
  });

  it("refuses a name with one public and one private address", async () => {
    const client = new OutboundClient({ allowLoopback: false, lookup: lookupTo("93.184.216.34", "10.0.0.1") });
    await expect(get(client, "http://mixed.example/")).rejects.toMatchObject({ failure: "address-refused" });
  });

  it("refuses the metadata service even in development", async () => {
    await expect(get(new OutboundClient({ allowLoopback: true }), "http://169.254.169.254/latest/meta-data")).rejects.toMatchObject({ failure: "address-refused" });
  });

  it("does not follow a redirect", async () => {
    const response = await get(new OutboundClient({ allowLoopback: true }), `http://${base}/redirect`);
    expect(response.status).toBe(302);
    expect(hits).not.toContain("/target");
  });

  it("takes http and https only", async () => {
    for (const url of ["file:///etc/passwd", "gopher://x/", "ftp://x/y", "not a url"])
      await expect(get(new OutboundClient({ allowLoopback: true }), url)).rejects.toMatchObject({ failure: "invalid-url" });
  });
});

describe("bounds", () => {
  it("stops reading an endless answer", async () => {
    await expect(get(new OutboundClient({ allowLoopback: true, maxResponseBytes: 1000 }), `http://${base}/huge`)).rejects.toMatchObject({ failure: "response-too-large" });
  });

  it("gives up on a silent receiver", async () => {
    await expect(get(new OutboundClient({ allowLoopback: true }), `http://${base}/silent`, 50)).rejects.toMatchObject({ failure: "timeout" });
  });

  it("throws inside a database transaction", async () => {
    const { db } = await testPlatform();
    const client = new OutboundClient({ allowLoopback: true });
    await expect(db.transaction(() => get(client, `http://${base}/tx`))).rejects.toThrow(/inside a database transaction/);
    expect(hits).not.toContain("/tx");
    expect((await get(client, `http://${base}/ok`)).body.toString()).toBe("hello");
  });
});
