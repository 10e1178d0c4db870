import type { ApiErrorJson } from "@gatehouse/platform-errors-core";
import type { ResponseCookie } from "@gatehouse/record-sessions";

/** The state of a run as clients see it (spec: authentication flow §2.5). */
export interface FlowResult {
  state_token?: string;
  type: string;
  name: string;
  action: Record<string, unknown>;
}

/** What a flow endpoint answers: a result, or an error with the result of the token it was given. */
export interface FlowAnswer {
  result?: FlowResult;
  error?: ApiErrorJson;
  status: number;
  cookies: ResponseCookie[];
  finished: boolean;
}
