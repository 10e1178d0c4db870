import type { ProjectContext } from "@gatehouse/domain-project";
import { hmacSha256Hex, octKeyBytes } from "@gatehouse/platform-crypto";
import type { OutboundRequest } from "@gatehouse/platform-outbound";

/** The header that proves who sent a web hook. */
export const SIGNATURE_HEADER = "x-authgear-body-signature";

/** The signed POST of an event to a web hook (spec: events §6.1): HMAC-SHA256 of the exact body bytes with the first octet key of the `webhook` secret, as lower-case hex. Throws when the project has no such key. */
export function webhookCall(ctx: ProjectContext, target: { url: string; timeoutMs: number }, event: object): OutboundRequest {
  const key = ctx.project.secrets.webhook?.keys.find((jwk) => jwk.kty === "oct");
  if (!key) throw new Error("the project has no web-hook signing key materials");
  const body = JSON.stringify(event);
  return {
    method: "POST",
    url: target.url,
    timeoutMs: target.timeoutMs,
    headers: { "content-type": "application/json", [SIGNATURE_HEADER]: hmacSha256Hex(octKeyBytes(key), body) },
    body,
  };
}
