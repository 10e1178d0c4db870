import type { FlowConfig } from "@gatehouse/domain-config";
import type { FlowState } from "@gatehouse/domain-flow";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Reservation } from "@gatehouse/service-rate-limit";

/** What a run keeps for its whole life: where it came from and what it is for. */
export interface RunRecord {
  /** Key of the run in Redis and first half of its state tokens. */
  id: string;
  clientId?: string;
  /** Where the finish sends the browser: the consent endpoint of the authorization request. */
  redirectUri?: string;
  /** Id of the authorization request (`x_ref`). */
  authorizationSessionId?: string;
  state?: string;
  xState?: string;
  uiLocales?: string;
  loginHint?: string;
  /** The authorization request asked for no IdP session. */
  suppressIdpSession?: boolean;
  /** The user an `id_token_hint` names. */
  userIdHint?: string;
}

/** One request's work on a run. */
export interface Run {
  readonly ctx: ProjectContext;
  readonly record: RunRecord;
  readonly flow: FlowConfig;
  state: FlowState;
  /** The user at work, once loaded in this request. */
  facts?: UserFacts;
  /** The limit of failed look-ups is exhausted for this address. */
  enumerationExhausted: boolean;
  /** Value of the request's session cookie. */
  readonly sessionToken?: string;
  /** Taken from the limits and given back when the input is accepted. */
  readonly reservations: Reservation[];
}
