import type { FastifyReply } from "@gatehouse/platform-http";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";

const NONCE = Symbol("nonce");

/** The nonce for the scripts of one response. */
export function nonceOf(reply: FastifyReply): string {
  const own = reply as { [NONCE]?: string };
  own[NONCE] ??= randomString(32, CROCKFORD);
  return own[NONCE];
}
