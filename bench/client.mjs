import { createHash, randomBytes } from "node:crypto";
import { Pool } from "undici";

/** Where the tokens of the benchmark's client are sent. */
export const callback = "http://127.0.0.1:8080/callback";
/** Every one-time code of the benchmark's projects. */
export const CODE = "111111";

export class Client {
  /** `host`: of another project than the one that the address leads to. */
  constructor(base, { connections = 64, host } = {}) {
    this.origin = host ? `http://${host}` : base;
    this.base = base;
    this.host = host ? { host } : {};
    this.pool = new Pool(base, { connections, pipelining: 1 });
  }

  async call(method, path, { json, form, headers = {} } = {}) {
    const body = json ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : undefined;
    const type = json ? "application/json" : form ? "application/x-www-form-urlencoded" : undefined;
    const {
      statusCode,
      headers: answered,
      body: stream,
    } = await this.pool.request({ method, path, body, headers: { ...(type ? { "content-type": type } : {}), ...this.host, ...headers } });
    const text = await stream.text();
    return { status: statusCode, headers: answered, json: String(answered["content-type"] ?? "").includes("json") && text ? JSON.parse(text) : undefined };
  }

  /** Sends a request and reads the answer without looking at it, so that the load takes little of the processors it shares. Throws where the status is not 200. */
  send(method, path, { form, headers = {} } = {}) {
    const body = form && new URLSearchParams(form).toString();
    const type = form ? { "content-type": "application/x-www-form-urlencoded" } : {};
    return new Promise((resolve, reject) => {
      let status = 0;
      this.pool.dispatch(
        { method, path, body, headers: { ...type, ...this.host, ...headers } },
        {
          onRequestStart() {},
          onResponseStart(_controller, statusCode) {
            status = statusCode;
          },
          onResponseData() {},
          onResponseEnd: () => (status === 200 ? resolve() : reject(new Error(String(status)))),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  }

  /** Runs a flow; an input may be made from what the flow shows. */
  async flow(type, inputs, { url_query, name = "default" } = {}) {
    const expectOk = (answer) => {
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json?.error)}`);
      return answer;
    };
    let last = expectOk(await this.call("POST", "/api/v1/authentication_flows", { json: { type, name, ...(url_query ? { url_query } : {}) } }));
    for (const input of inputs)
      last = expectOk(
        await this.call("POST", "/api/v1/authentication_flows/states/input", {
          json: { state_token: last.json.result.state_token, input: typeof input === "function" ? input(last.json.result.action.data) : input },
        }),
      );
    if (last.json.result.action.type !== "finished") throw new Error("the flow did not finish");
    return last;
  }

  signUp(email) {
    return this.flow("signup", [
      { identification: "email", login_id: email },
      { authentication: "primary_password", new_password: "correct horse" },
    ]);
  }

  logIn(email, query) {
    return this.flow("login", [{ identification: "email", login_id: email, authentication: "primary_password", password: "correct horse" }], { url_query: query });
  }

  logInByCode(email) {
    return this.flow("login", [{ identification: "email", login_id: email }, { authentication: "primary_oob_otp_email", index: 0 }, { code: CODE }], { name: "otp" });
  }

  /** A user with a passkey in a software authenticator. */
  async signUpWithPasskey(email, authenticator) {
    const create = (data) => ({ creation_response: authenticator.create(data.creation_options, this.origin) });
    return this.flow("signup", [{ identification: "email", login_id: email }, { authentication: "primary_password", new_password: "correct horse" }, create], { name: "passkey" });
  }

  logInByPasskey(authenticator) {
    const assert = (data) => ({ identification: "passkey", assertion_response: authenticator.get(data.options[0].request_options, this.origin) });
    return this.flow("login", [assert], { name: "passkey" });
  }

  /** Tokens of a user, by code and PKCE. */
  async tokens(email) {
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const asked = new URLSearchParams({
      client_id: "bench",
      redirect_uri: callback,
      response_type: "code",
      scope: "openid offline_access https://authgear.com/scopes/full-access",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const started = await this.call("GET", `/oauth2/authorize?${asked}`);
    const finished = await this.logIn(email, new URL(started.headers.location).search.slice(1));
    const consent = new URL(finished.json.result.action.data.finish_redirect_uri);
    const answer = await this.call("GET", consent.pathname + consent.search);
    const code = new URL(answer.headers.location).searchParams.get("code");
    return (await this.call("POST", "/oauth2/token", { form: { grant_type: "authorization_code", client_id: "bench", code, redirect_uri: callback, code_verifier: verifier } }))
      .json;
  }

  async counters() {
    return (await this.call("GET", "/debug/counters")).json;
  }
}
