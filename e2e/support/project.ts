import { parse, stringify } from "yaml";
import { FlowClient } from "./flow-client.js";
import { send } from "./http.js";
import { base, codeFor, linkFor, newProjectId, operator } from "./platform.js";

type Json = Record<string, any>;

/** The code of every message unless a test wants real ones. */
export const CODE = "111111";
export const PASSWORD = "correct horse battery";
/** Where the project's client takes its codes; nobody serves it. */
export const CALLBACK = "http://127.0.0.1:8080/callback";

/** What a project has beside what every project of these tests has. */
export interface ProjectOptions {
  /** Sections of authgear.yaml, laid over the base section by section. */
  config?: Json;
  /** Keys of `authentication`. */
  authentication?: Json;
  secrets?: { key: string; data: unknown }[];
  features?: Json;
  /** Other files of the project, by their paths. */
  files?: Record<string, string>;
  /** Codes as they are in production: random, to be read from the inbox. */
  randomCodes?: boolean;
}

const off = { enabled: false };
/** Limits that a test would run into without being about them. */
const RELAXED: Json = { general: { per_ip: off, per_user_per_ip: off }, signup: { per_ip: off }, account_enumeration: { per_ip: off } };

function configOf(id: string, origin: string, { config = {}, authentication = {}, randomCodes }: ProjectOptions): Json {
  const { rate_limits, ...rest } = authentication;
  return {
    id,
    http: { public_origin: origin, ...config.http },
    identity: { login_id: { keys: [{ type: "email" }] } },
    authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits: { ...RELAXED, ...rate_limits }, ...rest },
    verification: { claims: { email: { enabled: true, required: false }, phone_number: { enabled: true, required: false } } },
    oauth: { clients: [{ client_id: "app", name: "app", x_application_type: "spa", redirect_uris: [CALLBACK] }] },
    ...(randomCodes ? {} : { test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] } } }),
    ...Object.fromEntries(Object.entries(config).filter(([key]) => key !== "http")),
  };
}

/** A project of its own for one test. */
export class Project {
  private constructor(
    readonly id: string,
    readonly origin: string,
  ) {}

  static async make(options: ProjectOptions = {}, id = newProjectId()): Promise<Project> {
    const project = new Project(id, `http://${id}.localhost:${new URL(base).port}`);
    await project.publish(options);
    return project;
  }

  /** Replaces the configuration; keys that exist stay. */
  async publish(options: ProjectOptions): Promise<void> {
    const files: Record<string, string> = { ...options.files, "authgear.yaml": stringify(configOf(this.id, this.origin, options)) };
    if (options.secrets) files["authgear.secrets.yaml"] = stringify({ secrets: options.secrets });
    if (options.features) files["authgear.features.yaml"] = stringify(options.features);
    await operator("PUT", `projects/${this.id}`, { files });
  }

  /** A browser that has never been here. */
  browser(): FlowClient {
    return new FlowClient(this.origin);
  }

  code(address: string): Promise<string> {
    return codeFor(this.id, address);
  }

  link(address: string): Promise<URL> {
    return linkFor(this.id, address);
  }

  /** The data of one of the project's secrets. */
  async secret(key: string): Promise<any> {
    const { files } = await operator<{ files: Record<string, string> }>("GET", `projects/${this.id}`);
    return parse(files["authgear.secrets.yaml"] as string).secrets.find((one: { key: string }) => one.key === key)?.data;
  }

  /** Asks the Admin API. */
  async admin(query: string, variables: Json = {}): Promise<any> {
    const { token } = await operator<{ token: string }>("POST", `projects/${this.id}/admin-token`, {});
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { json, text } = await send(`${this.origin}/_api/admin/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    if (!json?.data || json.errors) throw new Error(`the Admin API answered ${text}`);
    return json.data;
  }

  /** Every user with his identities, as the Admin API shows them. */
  async users(): Promise<{ id: string; isAnonymous: boolean; identities: { type: string; claims: Json }[]; verifiedClaims: { name: string; value: string }[] }[]> {
    const query = "{ users(first: 20) { edges { node { id isAnonymous verifiedClaims { name value } identities(first: 20) { edges { node { type claims } } } } } } }";
    const { users } = await this.admin(query);
    return users.edges.map(({ node }: Json) => ({ ...node, identities: node.identities.edges.map((edge: Json) => edge.node) }));
  }
}

/** The id in a node id of the Admin API. */
export const userIdIn = (nodeId: string): string =>
  Buffer.from(nodeId, "base64url")
    .toString("utf8")
    .replace(/^User:/, "");
