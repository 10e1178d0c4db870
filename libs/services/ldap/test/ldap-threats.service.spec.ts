import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LdapDirectory } from "@gatehouse/service-ldap";
import { type Directory, startDirectory } from "./directory.js";
import { projectWith, type TestServer } from "./directory-project.js";

let directory: Directory;
const ldap = new LdapDirectory();

/** As many directories in the field do, this one answers a bind without password with success. */
beforeAll(async () => {
  directory = await startDirectory({ settings: ["allow bind_anon_dn bind_anon_cred"] });
});
afterAll(() => directory.close());

async function signIn(username: string, password: string, server: Partial<TestServer> = {}) {
  const { ctx } = await projectWith({ url: directory.url, ...server });
  return ldap.authenticate(ctx, { serverName: "hq", username, password });
}
const byMail = { search_filter_template: "(mail={{.Username}})" };

describe("threats: one answer for everything that is wrong", () => {
  it.each<[string, string, string, Partial<TestServer>]>([
    ["wrong password", "ada", "wrong", {}],
    ["no entry", "nobody", "ada secret", {}],
    ["two entries", "pair@example.test", "bob secret", byMail],
    ["three entries", "trio@example.test", "trio secret", byMail],
    ["an entry without password", "nopassword", "x", {}],
    ["an entry without the attribute that identifies it", "bob", "bob secret", { user_id_attribute_name: "objectGUID" }],
    ["the password of somebody else", "ada", "bob secret", {}],
    ["an endless name", "a".repeat(2000), "ada secret", {}],
    ["an endless password", "ada", "x".repeat(10_000), {}],
  ])("%s", async (_, username, password, server) => expect(await signIn(username, password, server)).toBeUndefined());

  it("and the same people get in otherwise", async () => {
    expect(await signIn("ada", "ada secret")).toBeDefined();
    expect(await signIn("bob", "bob secret")).toBeDefined();
    expect(await signIn("nopassword@example.test", "x", byMail)).toBeUndefined();
  });
});

describe("threat: filter injection", () => {
  it.each(["*)(uid=*", "ada)(uid=ada", "*", "ad*", "ada)(|(uid=*)", "\\61da", "ada\0", "(ada)", "{{.Username}}", "ada))(|(uid=ada"])("%j finds nobody", async (username) =>
    expect(await signIn(username, "ada secret")).toBeUndefined(),
  );
  it("a name that closes the filter does not widen it", async () => {
    const only = { search_filter_template: "(&(uid={{.Username}})(mail=pair@example.test))" };
    expect(await signIn("bob", "bob secret", only)).toBeDefined();
    expect(await signIn("ada)(|(uid=ada)", "ada secret", only)).toBeUndefined();
  });
});

describe("threat: unauthenticated bind", () => {
  it.each(["", "\0", "\0ada secret", "ada secret\0"])("with the password %j", async (password) => expect(await signIn("ada", password)).toBeUndefined());
  it("a search account without password in the secret is refused with the configuration", async () => {
    await expect(projectWith({ url: directory.url, account: { dn: "cn=search,dc=example,dc=test" } as never })).rejects.toThrow();
  });
});

/** A server that does with each connection what a test says. */
async function startServer(onConnection: (socket: Socket) => void): Promise<{ url: string; sockets: Socket[]; close(): Promise<void> }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, close };
}

/** The answer "success" (RFC 4511 §4.1.9) of one kind to the request that has come in. */
const success = (request: Buffer, kind: number): Buffer => Buffer.from([0x30, 0x0c, 0x02, 0x01, request[4] as number, kind, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]);
const [STARTED_TLS] = [0x78];

describe("threats: hostile directories", () => {
  const quick = new LdapDirectory({ operationMs: 200, connectionMs: 400, receivedBytes: 64 * 1024 });
  const failsAt = async (url: string, password = "ada secret"): Promise<unknown> => {
    const { ctx } = await projectWith({ url });
    const error = await quick.authenticate(ctx, { serverName: "hq", username: "ada", password }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ errorName: "InternalError", reason: "UnexpectedError", message: "unexpected error occurred" });
    return error;
  };
  const closed = (socket: Socket): Promise<void> => new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve())));

  it.each<[string, (socket: Socket) => void]>([
    ["one that never answers", (socket) => socket.resume()],
    ["one that hangs up", (socket) => socket.resume().end()],
    ["one that starts TLS and falls silent", (socket) => socket.once("data", (request) => void socket.write(success(request, STARTED_TLS)))],
    ["one that speaks no LDAP", (socket) => socket.once("data", () => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))],
    [
      "one that never stops",
      (socket) =>
        socket.once("data", () => {
          socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
          const pour = () => socket.writable && socket.write(Buffer.alloc(64 * 1024), () => setTimeout(pour, 5));
          pour();
        }),
    ],
  ])("%s", async (_, onConnection) => {
    const server = await startServer(onConnection);
    try {
      await failsAt(server.url);
      await Promise.all(server.sockets.map(closed));
    } finally {
      await server.close();
    }
  });

  it("one that is not there", async () => {
    const server = await startServer(() => undefined);
    await server.close();
    const error = await failsAt(server.url, "hunter2 hunter2");
    expect(inspect(error, { depth: 10 })).not.toMatch(/hunter2|search secret/);
  });
});
