import { randomBytes } from "node:crypto";
import { stringify } from "yaml";

const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run node tools/e2e.mjs`);
  return value;
};

/** Public entry; its host `localhost` is the project `demo`. */
export const base = need("E2E_BASE");
export const portal = need("E2E_PORTAL");
export const operatorToken = need("E2E_OPERATOR_TOKEN");

/** A random id a project may have. */
export const newProjectId = (): string => `e${randomBytes(6).toString("hex")}`;

/** Calls the operator API. Throws with the answer's text unless it succeeds. */
export async function operator<T>(method: string, path: string, body?: unknown, at: { portal: string; token: string } = { portal, token: operatorToken }): Promise<T> {
  const response = await fetch(`${at.portal}/operator/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${at.token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** `authgear.yaml` of the demo project with parts replaced. */
export function demoConfig(change: Record<string, unknown>): string {
  const callback = "http://127.0.0.1:8080/callback";
  const clients = [
    { client_id: "demo-spa", name: "spa", x_application_type: "spa", redirect_uris: [callback], post_logout_redirect_uris: ["http://127.0.0.1:8080/"] },
    { client_id: "demo-native", name: "native", x_application_type: "native", redirect_uris: ["com.example.demo://host/callback", callback], refresh_token_rotation_enabled: true },
    { client_id: "demo-web", name: "web", x_application_type: "traditional_webapp", redirect_uris: [callback], post_logout_redirect_uris: ["http://127.0.0.1:8080/"] },
    { client_id: "demo-confidential", name: "service", client_name: "Service", x_application_type: "confidential", redirect_uris: [callback] },
  ];
  const off = { enabled: false };
  const rate_limits = { signup: { per_ip: off }, account_enumeration: { per_ip: off }, general: { per_ip: off, per_user_per_ip: off } };
  return stringify({
    id: "demo",
    http: { public_origin: base },
    identity: { login_id: { keys: [{ type: "email" }] } },
    authentication: { identities: ["login_id"], primary_authenticators: ["password"], rate_limits },
    oauth: { clients },
    ...change,
  });
}

interface Message {
  to: string;
  code: string | null;
  link: string | null;
}

async function newestMessage(projectId: string, address: string, has: "code" | "link"): Promise<string> {
  return until(async () => {
    const { messages } = await operator<{ messages: Message[] }>("GET", `projects/${projectId}/inbox`);
    return messages.find((message) => message.to === address && message[has])?.[has] ?? undefined;
  }, `a ${has} for ${address}`);
}

/** The newest code sent to an address, waited for. */
export const codeFor = (projectId: string, address: string): Promise<string> => newestMessage(projectId, address, "code");

/** The newest link sent to an address, waited for. */
export const linkFor = async (projectId: string, address: string): Promise<URL> => new URL(await newestMessage(projectId, address, "link"));

/** Asks again until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>, what: string, seconds = 90): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not appear within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
