import type { FastifyReply } from "@gatehouse/platform-http";
import { CROCKFORD, randomString } from "@gatehouse/platform-ids";

/** A nonce for the scripts of one response. */
export function nonceOf(_reply: FastifyReply): string {
  return randomString(32, CROCKFORD);
}
