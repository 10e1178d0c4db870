import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUpInputs } from "../support/flow.js";
import { send } from "../support/http.js";
import { tokensOf } from "../support/oauth.js";
import { base, until } from "../support/platform.js";
import { Project } from "../support/project.js";

const file = path.resolve(import.meta.dirname, "../../deploy/nginx/resolver.conf");
const installed = spawnSync("nginx", ["-v"]).status === 0;
const port = Number(new URL(base).port) + 40;
const front = `http://127.0.0.1:${port}`;

/** The file as it is shipped, with names and addresses of this test and without TLS. */
function configuration(dir: string, project: Project, application: number): string {
  const server = readFileSync(file, "utf8")
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port};`)
    .replaceAll(/^\s*ssl_certificate.*$/gm, "")
    .replaceAll("app.example.com", "app.test")
    .replaceAll("auth.example.com", new URL(project.origin).host)
    .replace("127.0.0.1:8080", `127.0.0.1:${application}`)
    .replace("127.0.0.1:3001", `127.0.0.1:${new URL(base).port}`);
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir}/${name};`).join("\n");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `${user}\npid ${dir}/nginx.pid;\nerror_log ${dir}/error.log;\nevents {}\nhttp {\naccess_log off;\n${places}\n${server}\n}\n`;
}

describe.skipIf(!installed)("an application behind nginx", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-nginx-"));
  let project: Project;
  let application: Server;
  let nginx: ChildProcess;
  let seen: IncomingHttpHeaders = {};

  beforeAll(async () => {
    project = await Project.make();
    application = createServer((request, response) => {
      seen = request.headers;
      response.end("hello");
    });
    await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, "nginx.conf"), configuration(dir, project, (application.address() as AddressInfo).port));
    nginx = spawn("nginx", ["-p", dir, "-c", path.join(dir, "nginx.conf"), "-g", "daemon off;"], { stdio: ["ignore", "inherit", "inherit"] });
    await until(async () => ((await send(front).catch(() => undefined))?.status === 200 ? true : undefined), "nginx");
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => nginx?.on("exit", resolve));
    nginx?.kill("SIGTERM");
    await gone;
    application?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const FORGED = { "x-authgear-session-valid": "true", "x-authgear-user-id": "admin", "x-authgear-user-roles": "admin" };
  /** What the application hears of the user. */
  const heard = async (headers: Record<string, string>, method = "GET"): Promise<Record<string, unknown>> => {
    const body = method === "POST" ? { body: "x".repeat(1000) } : {};
    const { status, text } = await send(`${front}/page`, { method, headers: { ...FORGED, ...headers }, ...body });
    expect([status, text]).toEqual([200, "hello"]);
    return Object.fromEntries(Object.entries(seen).filter(([name]) => name.startsWith("x-authgear-")));
  };

  it("hears nothing of people who are not signed in, whatever headers they send (forged identity)", async () => {
    expect(await heard({})).toEqual({});
    expect(await heard({ authorization: "Bearer garbage" })).toEqual({});
    expect(await heard({ cookie: "session=garbage" })).toEqual({ "x-authgear-session-valid": "false" });
  });

  it("hears who is signed in, by cookie or by token, for every method", async () => {
    const browser = project.browser();
    await browser.finish("signup", signUpInputs("ann@example.com", "correct horse battery"));
    const { access_token } = await tokensOf(browser);
    const { json } = await send(`${project.origin}/oauth2/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
    const user = {
      "x-authgear-session-valid": "true",
      "x-authgear-user-id": json.sub,
      "x-authgear-user-anonymous": "false",
      "x-authgear-user-verified": "false",
      "x-authgear-user-can-reauthenticate": "true",
      "x-authgear-session-amr": "pwd x_primary_password",
      "x-authgear-session-authenticated-at": expect.stringMatching(/^\d{10}$/),
    };
    expect(await heard({ cookie: `session=${browser.jar.get("session")}` })).toEqual(user);
    expect(await heard({ cookie: `session=${browser.jar.get("session")}` }, "POST")).toEqual(user);
    expect(await heard({ authorization: `Bearer ${access_token}` })).toEqual(user);
  });

  it("cannot be asked for the resolver's own location", async () => {
    expect((await send(`${front}/_gatehouse_resolve`)).status).toBe(404);
  });
});
