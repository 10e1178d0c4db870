import { CookieJar, type HttpAnswer, send } from "./http.js";

type Json = Record<string, any>;
type Input = Record<string, unknown>;

/** An answer of the flow API, taken apart. */
export interface Step {
  status: number;
  /** The whole body. */
  body: Json;
  /** `state_token`, or "". */
  token: string;
  type: string;
  action: Json;
  data: Json;
  options: Json[];
  error?: Json;
  /** Names of the cookies that this answer sets to something. */
  cookies: string[];
  setCookie: string[];
  finished: boolean;
}

/** A browser at a custom UI: keeps cookies and talks to the Authentication Flow API of one project. */
export class FlowClient {
  readonly jar = new CookieJar();

  constructor(readonly origin: string) {}

  async call(method: string, path: string, { body, headers = {}, json }: { body?: string; headers?: Record<string, string>; json?: unknown } = {}): Promise<HttpAnswer> {
    const given = json === undefined ? body : JSON.stringify(json);
    const type: Record<string, string> = json === undefined ? {} : { "content-type": "application/json" };
    const url = path.startsWith("http") ? path : `${this.origin}${path}`;
    const answer = await send(url, { method, headers: { ...type, ...this.jar.headers(), ...headers }, body: given });
    this.jar.take(answer.headers);
    return answer;
  }

  /** POSTs JSON. */
  post(path: string, json: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.call("POST", path, { json, headers });
  }

  async create(type: string, more: { name?: string; url_query?: string; batch_input?: Input[] } = {}): Promise<Step> {
    return taken(await this.post("/api/v1/authentication_flows", { type, name: "default", ...more }));
  }

  /** Feeds one input, or several as a batch. */
  async feed(state_token: string, ...inputs: Input[]): Promise<Step> {
    const given = inputs.length === 1 ? { input: inputs[0] } : { batch_input: inputs };
    return taken(await this.post("/api/v1/authentication_flows/states/input", { state_token, ...given }));
  }

  async read(state_token: string): Promise<Step> {
    return taken(await this.post("/api/v1/authentication_flows/states", { state_token }));
  }

  /** Creates a flow and feeds inputs one by one. Only the last may be refused: a refusal on the way fails the test. */
  async run(type: string, inputs: Input[], more: { name?: string; url_query?: string } = {}): Promise<Step> {
    let last = await this.create(type, more);
    for (const input of inputs) {
      if (last.error) throw new Error(`${type}: refused before ${JSON.stringify(input)}: ${JSON.stringify(last.error)}`);
      last = await this.feed(last.token, input);
    }
    return last;
  }

  /** As `run`; anything but a finished flow fails the test. */
  async finish(type: string, inputs: Input[], more: { name?: string; url_query?: string } = {}): Promise<Step> {
    const last = await this.run(type, inputs, more);
    if (!last.finished) throw new Error(`${type} did not finish: ${JSON.stringify(last.error ?? last.action)}`);
    return last;
  }
}

function taken({ status, headers, json, text }: HttpAnswer): Step {
  if (json === undefined) throw new Error(`the flow API answered ${status} without JSON: ${text.slice(0, 300)}`);
  const action = json.result?.action ?? {};
  const setCookie = headers["set-cookie"] ?? [];
  return {
    status,
    body: json,
    token: json.result?.state_token ?? "",
    type: json.result?.type ?? "",
    action,
    data: action.data ?? {},
    options: action.data?.options ?? [],
    ...(json.error ? { error: json.error } : {}),
    cookies: setCookie.filter((line) => !/^[^=]+=;/.test(line)).map((line) => line.slice(0, line.indexOf("="))),
    setCookie,
    finished: action.type === "finished",
  };
}
