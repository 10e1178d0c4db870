import { importJWK, type JWK, SignJWT } from "jose";
import { type HttpAnswer, send } from "./http.js";
import { until } from "./platform.js";
import { Project, type ProjectOptions } from "./project.js";

type Json = Record<string, any>;

/** What a request has beside its query. */
export interface AskOptions {
  /** Claims of its token, laid over those that every token has. */
  claims?: Json;
  /** Signs the token in place of the project's key. */
  key?: JWK;
  /** Added to the URL. */
  search?: string;
}

/** A refused request: the first error, taken apart, and what stands in `data`. */
export interface Refusal {
  data: Json | null;
  message: string;
  errorName?: string;
  reason?: string;
  info?: Json;
}

/** A job of the import or the export. */
export type Job = Json & { id: string; status: string };

const PATH = "/_api/admin";
const LOGS = `query($userIDs: [ID!], $activityTypes: [AuditLogActivityType!], $emailAddresses: [String!], $phoneNumbers: [String!], $rangeFrom: DateTime, $rangeTo: DateTime) {
  auditLogs(first: 100, userIDs: $userIDs, activityTypes: $activityTypes, emailAddresses: $emailAddresses, phoneNumbers: $phoneNumbers, rangeFrom: $rangeFrom, rangeTo: $rangeTo) {
    totalCount edges { node { activityType createdAt user { id } data } }
  }
}`;

/** Which rows of the audit log. */
export interface LogFilter {
  userIDs?: string[];
  activityTypes?: string[];
  emailAddresses?: string[];
  phoneNumbers?: string[];
  rangeFrom?: string;
  rangeTo?: string;
}

/** The nodes of a connection. */
export const nodes = (connection: { edges: { node: any }[] }): any[] => connection.edges.map(({ node }) => node);

/** `removeMFAGracePeriod` alone names its input differently. */
const inputOf = (mutation: string): string => `${mutation === "removeMFAGracePeriod" ? mutation : mutation[0]?.toUpperCase() + mutation.slice(1)}Input`;
const documentOf = (mutation: string, selection: string): string => `mutation($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) ${selection ? `{ ${selection} }` : ""} }`;

/** A project's own back office: calls the Admin API with tokens that it signs itself. */
export class Admin {
  private constructor(
    readonly project: Project,
    readonly key: JWK,
  ) {}

  static async of(project: Project): Promise<Admin> {
    return new Admin(project, (await project.secret("admin-api.auth")).keys[0]);
  }

  /** A new project and its back office. */
  static async make(options: ProjectOptions = {}): Promise<Admin> {
    return Admin.of(await Project.make(options));
  }

  /** A token of five minutes. A claim that is undefined is left out. */
  async token(claims: Json = {}, key: JWK = this.key): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ aud: [this.project.id], iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" })
      .sign(await importJWK(key, "RS256"));
  }

  /** One request of any route. `authorization: ""` leaves the header out. */
  async call(method: "GET" | "POST", path: string, { json, body, headers = {} }: { json?: unknown; body?: string; headers?: Record<string, string> } = {}): Promise<HttpAnswer> {
    const { authorization = `Bearer ${await this.token()}`, ...rest } = headers;
    const type: Record<string, string> = method === "POST" ? { "content-type": "application/json" } : {};
    const text = json === undefined ? body : JSON.stringify(json);
    return send(`${this.project.origin}${PATH}${path}`, { method, body: text, headers: { ...type, ...rest, ...(authorization ? { authorization } : {}) } });
  }

  /** One GraphQL request, its answer as it came. */
  async request(query: string, variables: Json = {}, { claims, key, search = "" }: AskOptions = {}): Promise<HttpAnswer> {
    const authorization = `Bearer ${await this.token(claims, key)}`;
    return this.call("POST", `/graphql${search}`, { json: { query, variables }, headers: { authorization } });
  }

  /** As `request`; anything but data alone fails the test. */
  async ask(query: string, variables: Json = {}, options: AskOptions = {}): Promise<any> {
    const { status, json, text } = await this.request(query, variables, options);
    if (status !== 200 || !json?.data || json.errors) throw new Error(`the Admin API answered ${status} ${text}`);
    return json.data;
  }

  /** As `request`; anything but errors with status 200 fails the test. */
  async refusal(query: string, variables: Json = {}): Promise<Refusal> {
    const { status, json, text } = await this.request(query, variables);
    if (status !== 200 || !json?.errors) throw new Error(`the Admin API answered ${status} ${text}`);
    const [{ message, extensions }] = json.errors;
    return { data: json.data, message, ...extensions };
  }

  /** Runs one mutation and returns its payload. */
  async mutate(mutation: string, input: Json, selection = "user { id }", options: AskOptions = {}): Promise<any> {
    return (await this.ask(documentOf(mutation, selection), { input }, options))[mutation];
  }

  /** Runs one mutation that must be refused, with nothing in `data`. */
  async refused(mutation: string, input: Json, selection = "user { id }"): Promise<Refusal> {
    const refusal = await this.refusal(documentOf(mutation, selection), { input });
    if (refusal.data !== null) throw new Error(`${mutation} was refused and yet answered ${JSON.stringify(refusal)}`);
    return refusal;
  }

  /** Creates a user with a login id; returns his node id. */
  async createUser(value: string, more: Json = {}, key = "email"): Promise<string> {
    return (await this.mutate("createUser", { definition: { loginID: { key, value } }, ...more })).user.id;
  }

  /** Fields of a user. */
  async user(id: string, selection: string): Promise<any> {
    return (await this.ask(`query($id: ID!) { node(id: $id) { ... on User { ${selection} } } }`, { id })).node;
  }

  /** A call of the REST part that must succeed; returns its result. */
  async rest(method: "GET" | "POST", path: string, json?: unknown): Promise<any> {
    const answer = await this.call(method, path, { json });
    if (answer.status !== 200 || !answer.json?.result) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json.result;
  }

  /** Waits for a job of the import or the export. */
  async done(job: "import" | "export", id: string): Promise<Job> {
    return until(async () => {
      const found: Job = await this.rest("GET", `/users/${job}/${id}`);
      return found.status === "completed" ? found : undefined;
    }, `the end of the ${job}`);
  }

  /** Imports records and waits for the end. */
  async import(records: Json[], more: Json = {}): Promise<Job> {
    const { id } = await this.rest("POST", "/users/import", { identifier: "email", records, ...more });
    return this.done("import", id);
  }

  /** Rows of the audit log, newest first, as they are now. */
  async logs(filter: LogFilter = {}): Promise<any[]> {
    return nodes((await this.ask(LOGS, filter)).auditLogs);
  }

  /** The same, once there are as many as expected. */
  async logged(filter: LogFilter, count = 1): Promise<any[]> {
    return until(
      async () => {
        const rows = await this.logs(filter);
        return rows.length >= count ? rows : undefined;
      },
      `${count} rows of the audit log for ${JSON.stringify(filter)}`,
    );
  }

  /** The same, once all that has happened so far is in the log: a row of now stands for the end. */
  async settledLogs(filter: LogFilter = {}): Promise<any[]> {
    const key = `settled_${Date.now()}`;
    await this.mutate("createRole", { key }, "role { id }");
    const mark = { activityTypes: ["ADMIN_API_MUTATION_CREATE_ROLE_EXECUTED"] };
    const isMark = ({ data }: Json): boolean => data.payload.role?.key === key;
    await until(async () => ((await this.logs(mark)).some(isMark) ? true : undefined), "the newest row of the audit log");
    return (await this.logs(filter)).filter((row) => !isMark(row));
  }
}
