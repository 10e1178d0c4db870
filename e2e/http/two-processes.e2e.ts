import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deployment } from "../support/deployment.js";
import { FlowClient } from "../support/flow-client.js";
import type { HttpAnswer } from "../support/http.js";
import { byEmail, newPassword, password } from "../support/inputs.js";
import { authorize, exchange, tokensOf } from "../support/oauth.js";
import { base, operatorToken, portal, until } from "../support/platform.js";
import { PASSWORD, Project } from "../support/project.js";

type Json = Record<string, any>;
type Call = NonNullable<Parameters<FlowClient["call"]>[2]>;

const { E2E_POSTGRES_PORT = "", E2E_REDIS_URL = "" } = process.env;
const first = Number(new URL(base).port);
const second = first + 40;

/** A browser behind a load balancer: the process that answers is another one each time, or always the same. */
class Visitor extends FlowClient {
  private turns = 0;

  constructor(
    project: Project,
    private readonly ports: readonly number[] = [first, second],
  ) {
    super(project.origin);
  }

  override call(method: string, path: string, options: Call = {}): Promise<HttpAnswer> {
    const port = this.ports[this.turns % this.ports.length];
    this.turns += 1;
    const { pathname, search, host } = new URL(path, this.origin);
    return super.call(method, `http://127.0.0.1:${port}${pathname}${search}`, { ...options, headers: { host, ...options.headers } });
  }
}

describe("two auth processes on one database and one Redis", () => {
  let deployment: Deployment<"auth">;

  beforeAll(async () => {
    deployment = new Deployment(
      { auth: { service: "auth", port: second } },
      {
        DATABASE_URL: `postgres://postgres:gatehouse@127.0.0.1:${E2E_POSTGRES_PORT}/gatehouse`,
        REDIS_URL: new URL("/0", E2E_REDIS_URL).href,
        DEV_MODE: "true",
        LOG_LEVEL: "error",
        GATEHOUSE_OPERATOR_TOKEN: operatorToken,
        GATEHOUSE_PUBLIC_PORT: String(first),
        PORTAL_LISTEN_ADDR: new URL(portal).host,
      },
    );
    await deployment.start("auth");
  });
  afterAll(() => deployment?.stop());

  const signedUp = async (project: Project, email = "user@example.com") => {
    const visitor = new Visitor(project);
    await visitor.finish("signup", [byEmail(email), newPassword()]);
    return visitor;
  };
  const at = (project: Project, port: number) => new Visitor(project, [port]);
  const userinfo = async (project: Project, port: number, { access_token }: Json) =>
    at(project, port).call("GET", "/oauth2/userinfo", { headers: { authorization: `Bearer ${access_token}` } });
  const both = async (ask: (port: number) => Promise<unknown>) => Promise.all([first, second].map(ask));
  const statuses = (project: Project, tokens: Json) => both(async (port) => (await userinfo(project, port, tokens)).status);
  const sessions = (project: Project, visitor: FlowClient) =>
    both(async (port) => (await at(project, port).call("GET", "/_resolver/resolve", { headers: visitor.jar.headers() })).headers["x-authgear-session-valid"]);

  it("a sign-up, a login and a code grant change the process at every request", async () => {
    const project = await Project.make();
    await signedUp(project);
    const visitor = new Visitor(project);
    const { location, verifier } = await authorize(visitor);
    const finished = await visitor.finish("login", [byEmail("user@example.com"), password()], { url_query: location.search.slice(1) });
    const consent = await visitor.call("GET", finished.data.finish_redirect_uri);
    const tokens = await exchange(visitor, new URL(consent.headers.location as string), verifier);
    expect(await statuses(project, tokens)).toEqual([200, 200]);
    expect(await sessions(project, visitor)).toEqual(["true", "true"]);
  });

  it("what is changed or ended through one is so at the other at once", async () => {
    const project = await Project.make();
    const visitor = await signedUp(project);
    const [user] = await project.users();
    const id = user?.id as string;
    const tokens = await tokensOf(visitor);
    expect(await statuses(project, tokens)).toEqual([200, 200]);

    const to = { email: "user@example.com", given_name: "Ada" };
    await project.admin("mutation ($id: ID!, $to: UserStandardAttributes) { updateUser(input: { userID: $id, standardAttributes: $to }) { user { id } } }", { id, to });
    expect(await both(async (port) => (await userinfo(project, port, tokens)).json.given_name)).toEqual(["Ada", "Ada"]);

    const body = new URLSearchParams({ token: tokens.refresh_token }).toString();
    await at(project, second).call("POST", "/oauth2/revoke", { body, headers: { "content-type": "application/x-www-form-urlencoded" } });
    // The client shares the browser's session (SSO), which ends with its token.
    expect([await statuses(project, tokens), await sessions(project, visitor)]).toEqual([
      [401, 401],
      ["false", "false"],
    ]);

    await visitor.finish("login", [byEmail("user@example.com"), password()]);
    const next = await tokensOf(visitor);
    expect(await statuses(project, next)).toEqual([200, 200]);
    await project.admin("mutation ($id: ID!) { setDisabledStatus(input: { userID: $id, isDisabled: true }) { user { id } } }", { id });
    expect([await statuses(project, next), await sessions(project, visitor)]).toEqual([
      [401, 401],
      ["false", "false"],
    ]);
  });

  it("a run that is finished through both at the same time finishes once", async () => {
    const project = await Project.make();
    const run = await new Visitor(project).run("signup", [byEmail("user@example.com")]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => at(project, n % 2 === 0 ? first : second).feed(run.token, newPassword())));
    expect(answers.filter(({ finished }) => finished).length).toBeGreaterThan(0);
    expect(await project.users()).toHaveLength(1);
  });

  it("guesses through both count together", async () => {
    const lockout = {
      max_attempts: 10,
      history_duration: "1h",
      minimum_duration: "10m",
      maximum_duration: "10m",
      lockout_type: "per_user",
      password: { enabled: true },
    };
    const project = await Project.make({ authentication: { lockout } });
    await signedUp(project);
    const guess = (n: number) => at(project, n % 2 === 0 ? first : second).run("login", [byEmail("user@example.com"), password(`wrong ${n}`)]);
    const reasons = (await Promise.all(Array.from({ length: 50 }, (_, n) => guess(n)))).map(({ error }) => error?.reason);
    expect([reasons.filter((one) => one === "InvalidCredentials").length, reasons.filter((one) => one === "AccountLockout").length]).toEqual([9, 41]);
    expect((await at(project, first).run("login", [byEmail("user@example.com"), password(PASSWORD)])).error?.reason).toBe("AccountLockout");
  });

  it("a link approved through one reaches the page that waits at the other", async () => {
    const authentication = { primary_authenticators: ["password", "oob_otp_email"] };
    const project = await Project.make({ authentication, config: { authenticator: { oob_otp: { email: { email_otp_mode: "login_link" } } } }, randomCodes: true });
    await at(project, first).finish("signup", [byEmail("user@example.com"), newPassword()]);
    const waiting = new Visitor(project);
    const sent = await waiting.run("login", [byEmail("user@example.com"), { authentication: "primary_oob_otp_email", index: 1, channel: "email" }]);
    const socketAt = new URL(sent.data.websocket_url);
    const socket = new WebSocket(`ws://127.0.0.1:${first}${socketAt.pathname}${socketAt.search}`, { headers: { host: socketAt.host } });
    const told = new Promise((resolve, reject) => socket.on("message", (text) => resolve(JSON.parse(String(text)))).on("error", reject));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    await approve(project, await project.link("user@example.com"));
    expect(await told).toEqual({ kind: "refresh" });
    socket.terminate();
    expect((await waiting.feed(sent.token, { check: true })).finished).toBe(true);
  });

  /** Opens a login link as a browser at the second process does, and presses its button. */
  async function approve(project: Project, link: URL): Promise<void> {
    const browser = at(project, second);
    const page = await browser.call("GET", link.href);
    const fields = [...page.text.matchAll(/<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [name, value] as [string, string]);
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: project.origin };
    await browser.call("POST", link.href, { body: new URLSearchParams(fields).toString(), headers });
  }

  it("a new configuration comes to both", async () => {
    const project = await Project.make();
    const options = (port: number) =>
      at(project, port)
        .create("login")
        .then(({ options }) => options.length);
    expect(await both(options)).toEqual([1, 1]);
    await project.publish({ config: { identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }] } } } });
    await until(async () => ((await both(options)).every((count) => count === 2) ? true : undefined), "the second kind of login id at both", 15);
  });
});
