import type { IdpSession } from "@gatehouse/domain-session";

/** What a finished run leaves behind. */
export interface Outcome {
  userId: string;
  createdUser: boolean;
  amr: string[];
  authenticatedAt: Date;
  /** The session the user goes on with; absent when the client asked for none. */
  sessionId?: string;
  sessionKind?: "idp" | "offline_grant";
  /** Value of the session cookie, for a new session. */
  token?: string;
  /** Value of the device-token cookie, for a browser that is to be remembered. */
  deviceToken?: string;
}

/** A session that is not written yet, with its token. */
export interface MadeSession {
  session: IdpSession;
  token: string;
}
