import type { CheckedLoginId } from "@gatehouse/domain-identity";

/** Types of flows (spec: authentication flow §1). */
export const FLOW_TYPES = ["signup", "promote", "login", "signup_login", "reauth", "account_recovery"] as const;
/** One of the flow types. */
export type FlowType = (typeof FLOW_TYPES)[number];

/** How a user says who he is. */
export type Identification = "email" | "phone" | "username";
/** How a user proves it. */
export type Authentication = "primary_password" | "primary_oob_otp_email" | "primary_oob_otp_sms" | "secondary_password" | "secondary_oob_otp_email" | "secondary_oob_otp_sms";
/** How a code travels. */
export type Channel = "email" | "sms" | "whatsapp";

/** One option of an `identify` step. `branch` is the branch's JSON pointer in the flow. */
export interface IdentifyOption {
  identification: Identification;
  branch: string;
}

/** One option of an `authenticate` or `create_authenticator` step. */
export interface AuthenticateOption {
  authentication: Authentication;
  branch: string;
  /** Address of a one-time password. */
  target?: string;
  channels?: Channel[];
  /** Creation for an address that an earlier step identified. */
  targetShown?: boolean;
  verificationRequired?: boolean;
}

/** What a right one-time code proves. */
export type CodeOutcome =
  | { kind: "verify" }
  | { kind: "authenticate"; authentication: Authentication; authenticatorId?: string }
  | { kind: "create"; authentication: Authentication };

/** A one-time code in the making. */
export interface CodeRequest {
  purpose: "verification" | "oob-otp";
  target: string;
  channels: Channel[];
  outcome: CodeOutcome;
}

/** What the run waits for: the reactor of the specification. */
export type Waiting =
  | { kind: "identify"; options: IdentifyOption[] }
  | { kind: "authenticate"; options: AuthenticateOption[]; deviceTokenEnabled: boolean }
  | { kind: "create_authenticator"; options: AuthenticateOption[] }
  | { kind: "select_channel"; request: CodeRequest }
  | { kind: "enter_code"; request: CodeRequest; channel: Channel }
  | { kind: "new_password"; reason: "policy" | "expiry"; authenticatorId: string };

/** A factor that took part in the run. */
export interface UsedAuthenticator {
  /** Id of the authenticator; for one that is being created, its type and target. */
  id: string;
  type: "password" | "oob_otp_email" | "oob_otp_sms";
  kind: "primary" | "secondary";
}

/** What an identify step found or made. */
export interface Identified {
  step?: string;
  identification: Identification;
  /** Present in sign-up: what will be written. */
  created?: CheckedLoginId;
  /** Present in login: the identity found. */
  identityId?: string;
  claim: { name: "email" | "phone_number" | "preferred_username"; value: string };
}

/** What the run knows so far. Nothing of it is written before the finish. */
export interface RunMemory {
  userId: string;
  isNewUser: boolean;
  identified: Identified[];
  used: UsedAuthenticator[];
  /** Encoded hash of a new primary password (sign-up). */
  passwordHash?: string;
  newOneTimePasswords: { type: "oob_otp_email" | "oob_otp_sms"; target: string }[];
  verified: { name: "email" | "phone_number"; value: string }[];
  /** The password asserted, by step name, and whether it must be changed. */
  assertedPassword?: { step?: string; authenticatorId: string; mustChange?: "policy" | "expiry" };
  /** A hash to store at the finish in place of `replaces`. */
  passwordUpdate?: { authenticatorId: string; hash: string; replaces: string };
  /** Codes to consume at the finish. */
  codes: { purpose: "verification" | "oob-otp"; target: string }[];
}

/** An immutable snapshot of a run; every accepted input writes a new one. */
export interface FlowState {
  flowType: FlowType;
  flowName: string;
  /** JSON pointers of the steps still to run, next first. */
  todo: string[];
  /** Pointer of the current step, and what was chosen in it. */
  step?: string;
  identification?: Identification;
  authentication?: Authentication;
  /** Absent while the run advances, and when it has finished. */
  waiting?: Waiting;
  memory: RunMemory;
}

/** The state before the first step. */
export function initialState(flow: { type: FlowType; name: string; steps: readonly unknown[] }, user: { id: string; isNew: boolean }): FlowState {
  return {
    flowType: flow.type,
    flowName: flow.name,
    todo: flow.steps.map((_, index) => `/steps/${index}`),
    memory: { userId: user.id, isNewUser: user.isNew, identified: [], used: [], newOneTimePasswords: [], verified: [], codes: [] },
  };
}

/** The state after a branch was chosen: its nested steps come next. */
export function enterBranch(state: FlowState, branch: { pointer: string; steps: number }): FlowState {
  const nested = Array.from({ length: branch.steps }, (_, index) => `${branch.pointer}/steps/${index}`);
  return { ...state, waiting: undefined, todo: [...nested, ...state.todo] };
}
