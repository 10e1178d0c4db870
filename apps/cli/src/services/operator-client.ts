import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** A call that the operator API refused, or that got no answer; the message is for people. */
export class OperatorCallFailed extends Error {}

interface Refusal {
  error?: { reason?: string; message?: string; info?: { causes?: { location: string; kind: string; details?: Record<string, unknown> }[] } };
}

/** GATEHOUSE_OPERATOR_TOKEN, else the token that `npm start` keeps in this clone. */
function operatorToken(): string {
  const file = path.resolve(process.env.GATEHOUSE_HOME || ".gatehouse", "operator-token");
  const token = process.env.GATEHOUSE_OPERATOR_TOKEN || (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  if (!token) throw new OperatorCallFailed("GATEHOUSE_OPERATOR_TOKEN is not set: set it to the token the portal was started with.");
  return token;
}

/** A refusal as lines: the message, then one line for each cause. */
function explain(status: number, body: Refusal): string {
  const causes = (body.error?.info?.causes ?? []).map(
    ({ location, kind, details }) =>
      `  ${location || "<root>"}: ${kind === "general" ? String(details?.msg) : `${kind || "unknown key"}${details ? ` ${JSON.stringify(details)}` : ""}`}`,
  );
  return [`${body.error?.message ?? "the call failed"} (${body.error?.reason ?? status})`, ...causes].join("\n");
}

/** Calls the operator API of the portal at `origin`. Throws `OperatorCallFailed`. */
export async function callOperator<T>(origin: string, route: string, call: { method?: string; body?: unknown } = {}): Promise<T> {
  const headers: Record<string, string> = { authorization: `Bearer ${operatorToken()}`, ...(call.body === undefined ? {} : { "content-type": "application/json" }) };
  const response = await fetch(new URL(`/operator/v1/${route}`, origin), {
    method: call.method ?? "GET",
    headers,
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
  }).catch((error: Error) => {
    throw new OperatorCallFailed(
      `The portal at ${origin} does not answer (${(error.cause as Error | undefined)?.message ?? error.message}). Start it, or name another one with --portal.`,
    );
  });
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new OperatorCallFailed(explain(response.status, body as Refusal));
  return body as T;
}
