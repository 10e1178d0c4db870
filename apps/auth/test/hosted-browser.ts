import { createHash } from "node:crypto";
import { type AuthClient, authClient, pkce, type Reply } from "./auth-client.js";
import type { TestProjectOptions } from "@gatehouse/platform-testing";

/** The code of every message in these tests. */
export const CODE = "111111";
export const PASSWORD = "correct horse";

/** Limits that a test would run into without being about them. */
const off = { enabled: false };
const rate_limits = { general: { per_ip: off, per_user_per_ip: off }, signup: { per_ip: off }, account_enumeration: { per_ip: off } };

type Json = Record<string, any>;

/** Nothing is sent, so that limits of the whole platform do not count these tests. */
const suppressed = { enabled: true, rules: [{ regex: ".*", suppressed: true }] };

/** Sections of a project whose people sign in by email and password unless a test wants more. */
export function hostedOptions({ authentication = {}, config = {}, ...more }: TestProjectOptions & { authentication?: Json } = {}): TestProjectOptions {
  return {
    ...more,
    config: {
      identity: { login_id: { keys: [{ type: "email" }] } },
      test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] }, email: suppressed, sms: suppressed, whatsapp: suppressed },
      authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits, ...authentication },
      ...config,
    },
    features: { test_mode: { deterministic_link_otp: { enabled: true } }, ...more.features },
  };
}

/** Sections of a project whose pages sign people up by steps of its own. */
export function ownSignup(steps: object[]): Json {
  const flows = ["signup", "promote", "login", "signup_login", "reauth", "account_recovery"].map((type) => ({ type, name: type === "signup" ? "own" : "default" }));
  return { authentication_flow: { signup_flows: [{ name: "own", steps }] }, ui: { authentication_flow: { groups: [{ name: "default", flows }] } } };
}

/** A browser without script: visits pages of one project, follows redirects within it, and sends the forms it sees. */
export class HostedBrowser {
  /** Path and query of the page. */
  url = "/";
  page = "";
  status = 0;
  /** Where the browser was sent outside of the project. */
  left?: URL;

  constructor(readonly client: AuthClient) {}

  static async of(options: TestProjectOptions & { authentication?: Json } = {}): Promise<HostedBrowser> {
    return new HostedBrowser(await authClient(hostedOptions(options)));
  }

  /** A browser of the same project that has never been here. */
  async another(): Promise<HostedBrowser> {
    const other = Object.create(Object.getPrototypeOf(this.client)) as AuthClient;
    Object.assign(other, this.client, { jar: {} });
    return new HostedBrowser(other);
  }

  get path(): string {
    return this.url.split("?")[0] as string;
  }

  /** The last part of the page's path. */
  get at(): string {
    return this.path.replace("/authflow/v2/", "");
  }

  get alert(): string | undefined {
    return /<p class="alert" role="alert"[^>]*>([^<]*)</.exec(this.page)?.[1];
  }

  get title(): string | undefined {
    return /<h1[^>]*>([^<]*)</.exec(this.page)?.[1];
  }

  /** Labels of the page's buttons. */
  get buttons(): string[] {
    return [...this.page.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].map(([, label]) => unescaped(label as string));
  }

  async open(url: string): Promise<this> {
    return this.follow(url, await this.client.send(url));
  }

  /** Sends the form whose button has a label, with its hidden fields and what is typed. */
  async press(label: string, typed: Record<string, string> = {}): Promise<this> {
    const forms = [...this.page.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
    const form = forms.find(([, , body]) => [...(body as string).matchAll(/<button[^>]*>([^<]*)</g)].some(([, text]) => unescaped(text as string) === label));
    if (!form) throw new Error(`no button "${label}" on ${this.url}: ${this.buttons.join(" | ")} ${this.alert ?? ""}`);
    const hidden = [...(form[2] as string).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [
      name as string,
      unescaped(value as string),
    ]);
    const named = [...(form[2] as string).matchAll(/<button([^>]*)>([^<]*)</g)].find(([, , text]) => unescaped(text as string) === label)?.[1] ?? "";
    const [, name, value] = / name="([^"]*)" value="([^"]*)"/.exec(named) ?? [];
    return this.send(unescaped(form[1] as string), { ...Object.fromEntries(hidden), ...(name ? { [name]: value ?? "" } : {}), ...typed });
  }

  /** Posts fields to an address. */
  async send(url: string, form: Record<string, string>): Promise<this> {
    return this.follow(url, await this.client.send(url, { method: "POST", form }));
  }

  /** Where an application sends its people: an authorization request of the client `spa`. */
  authorization(more: Record<string, string> = {}): string {
    const { challenge } = pkce();
    const own = { client_id: "spa", redirect_uri: "http://app.test/cb", response_type: "code", scope: "openid", state: "s1" };
    return `/oauth2/authorize?${new URLSearchParams({ ...own, code_challenge: challenge, code_challenge_method: "S256", ...more })}`;
  }

  /** Data of the page that scripts read. */
  data(name: string): Json {
    return JSON.parse(unescaped(new RegExp(`data-${name}="([^"]*)"`).exec(this.page)?.[1] ?? "null"));
  }

  private async follow(url: string, first: Reply): Promise<this> {
    let [at, answer] = [url, first];
    this.left = undefined;
    for (let hop = 0; hop < 8 && answer.status >= 300 && answer.status < 400; hop += 1) {
      const next = new URL(answer.headers.location as string, `http://${this.client.project.host}${at}`);
      if (next.host !== this.client.project.host) {
        this.left = next;
        return this;
      }
      at = next.pathname + next.search;
      answer = await this.client.send(at);
    }
    Object.assign(this, { url: at, page: answer.body, status: answer.status });
    return this;
  }
}

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#96);/g, (_all, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" })[name] as string);

/** Signs up through the pages, until the page after the password. */
export async function signUp(browser: HostedBrowser, email: string): Promise<HostedBrowser> {
  await browser.open("/signup");
  await browser.press("Continue", { q_login_id: email });
  return browser.press("Continue", { x_password: PASSWORD, x_confirm_password: PASSWORD });
}

/** The code of links in this test mode. */
export async function linkCode(browser: HostedBrowser): Promise<string> {
  const { project } = browser.client;
  const [user] = await project.db.read((tx) => tx.query<{ id: string }>("select id from auth_user where project_id = $1", [project.project.id]));
  return createHash("md5")
    .update(String((user as { id: string }).id))
    .digest("hex");
}

/** Whether somebody is signed in, and how he proved himself. */
export async function amrOf(browser: HostedBrowser): Promise<string | undefined> {
  const { headers } = await browser.client.send("/_resolver/resolve");
  return headers["x-authgear-session-valid"] === "true" ? String(headers["x-authgear-session-amr"]) : undefined;
}
