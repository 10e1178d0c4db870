import type { Identification, IncomingIdentity } from "@gatehouse/domain-flow";

/** An incoming login id as it was typed; a sign-up checks it later. */
export const typedLoginId = (identification: Identification, typed: string): IncomingIdentity => ({
  identification,
  type: "login_id",
  typed,
  uniqueKey: "",
  claims: {},
  linkClaims: {},
  details: {},
  verified: [],
});
