import type { AuthenticatorKind, AuthenticatorType, PasskeyCredential } from "@gatehouse/domain-authenticator";
import { combineAmr } from "@gatehouse/domain-authenticator";
import type { CheckedLoginId, IdentityDetails } from "@gatehouse/domain-identity";
import type { Authentication, FlowRef, Identification } from "./flow-terms.js";

/** A claim that can be proven by a code. */
export interface ProvenClaim {
  name: "email" | "phone_number";
  value: string;
}

/** An identity that came in and has been proven as far as its kind needs; not yet looked up or written. */
export interface IncomingIdentity {
  identification: Identification;
  type: "login_id" | "oauth" | "ldap" | "passkey";
  /** login_id: what was typed. */
  typed?: string;
  /** login_id of a sign-up. */
  loginId?: CheckedLoginId;
  uniqueKey: string;
  /** What the identity will keep. */
  claims: Record<string, unknown>;
  /** What account linking compares: for a social login the provider's answer, whether the project stores it or not. */
  linkClaims: Record<string, unknown>;
  details: IdentityDetails;
  verified: ProvenClaim[];
  /** Attributes that the provider knows, for a new user. */
  attributes?: Record<string, unknown>;
  /** passkey: the credential proved itself; it counts as a primary factor too. */
  authenticatorId?: string;
}

/** The session of a request that a login goes on with. */
export interface ContinuedSession {
  kind: "idp" | "offline_grant";
  id: string;
}

/** An account that was chosen without an identity: by a session, or by an ID token. */
export interface KnownAccount {
  identification: "select_account" | "id_token";
  userId: string;
  /** Session that is gone on with. */
  session?: ContinuedSession;
  idToken?: string;
}

/** A password hash to be stored at the finish. */
export interface PasswordUpdate {
  authenticatorId: string;
  hash: string;
  /** The hash it replaces; when that has changed meanwhile nothing is written. */
  replaces?: string;
  /** A password somebody chose, not the same one in a better hash: it enters the history. */
  chosen?: boolean;
}

/** An identity to be written at the finish. */
export interface NewIdentity {
  id: string;
  type: IncomingIdentity["type"];
  loginId?: CheckedLoginId;
  uniqueKey: string;
  claims: Record<string, unknown>;
  details: IdentityDetails;
  /** What nobody else may carry, by claim: asked again at the finish. */
  sought?: Record<string, string[]>;
}

/** What an identify step found or made. */
export interface Identified {
  /** Name of the step. */
  step?: string;
  identification: Identification;
  /** The identity found. */
  identityId?: string;
  /** The identity to be made. */
  created?: NewIdentity;
  /** What the identity says of the user, for codes and profile. */
  claims: { email?: string; phone_number?: string; preferred_username?: string };
  idToken?: string;
}

/** An authenticator to be written at the finish. */
export interface NewAuthenticator {
  id: string;
  /** Name of the step. */
  step?: string;
  type: AuthenticatorType;
  kind: AuthenticatorKind;
  /** Encoded hash of a password. */
  passwordHash?: string;
  /** Address of one-time passwords. */
  target?: string;
  /** TOTP: base32. */
  secret?: string;
  displayName?: string;
  passkey?: PasskeyCredential;
}

/** A factor that took part in the run, made or found. */
export interface UsedAuthenticator {
  id: string;
  type: AuthenticatorType;
  kind: AuthenticatorKind;
}

/** One successful authentication. */
export interface Asserted {
  authentication: Authentication;
  /** Name of the step. */
  step?: string;
  authenticatorId?: string;
  /** The password was right and must be changed. */
  mustChange?: "policy" | "expiry";
  /** A password: since when it is the one that was proven. */
  since?: string;
}

/** What blocking hooks asked for. */
export interface HookDemands {
  amr?: string[];
  botProtection?: "never" | "always";
  /** Weights of rate limits by name. */
  weights?: Record<string, number>;
}

/** A one-time code that was right, and that the finish spends. */
export interface SpentCode {
  purpose: "verification" | "oob-otp" | "forgot-password";
  target: string;
  /** Which sending of it. */
  send: string;
  /** When it was found right, in ms since the epoch. */
  at: number;
}

/** Where account recovery may send a code. */
export interface RecoveryTarget {
  /** Login id as entered, for users that are not there and user names. */
  loginId: string;
  identification: Identification;
  /** The address; empty when nothing can be delivered. */
  target: string;
  channel: "email" | "sms" | "whatsapp";
  form: "code" | "link";
}

/** An account recovery under way. */
export interface Recovery {
  identification: Identification;
  /** As entered. */
  loginId: string;
  /** Empty for an account that is not there. */
  userId: string;
  chosen?: RecoveryTarget;
  /** The run was started by a link. */
  resumed?: boolean;
  /** The user has a password: messages may say so. */
  hasPassword?: true;
}

/** A new identity that waits for its user to log in. */
export interface Linking {
  userId: string;
  /** Identifications of the run before the login began: the login must have added one. */
  identifiedBefore: number;
  /** Factors that the sign-up had made before: they are no proof of the user who logs in. */
  usedBefore: UsedAuthenticator[];
  incoming: IncomingIdentity;
  /** The identify step of the sign-up, by name. */
  step?: string;
  /** The branch of the sign-up that goes on afterwards. */
  flow: FlowRef;
  branch?: string;
}

/** What the run knows so far. Nothing of it is written before the finish. */
export interface RunMemory {
  /** Empty until somebody is identified; in sign-up the id the new user will have. */
  userId: string;
  isNewUser: boolean;
  identified: Identified[];
  /** Steps that were passed over because the linked user has what they make, by name. */
  skipped: string[];
  used: UsedAuthenticator[];
  asserted: Asserted[];
  newAuthenticators: NewAuthenticator[];
  /** Identities whose stored facts the provider or directory has changed. */
  refreshed: { identityId: string; claims: Record<string, unknown>; details: IdentityDetails }[];
  /** Recovery codes in plain form until they are confirmed and hashed. */
  recoveryCodes?: string[];
  recoveryCodesShown?: boolean;
  /** Ids of the recovery codes that were spent. */
  recoveryCodeIds?: string[];
  verified: ProvenClaim[];
  /** Hashes to store at the finish in place of `replaces`. */
  passwordUpdates: PasswordUpdate[];
  codes: SpentCode[];
  /** Steps of the WebAuthn signature counter. */
  signCounts: { authenticatorId: string; count: number }[];
  /** Answers of `fill_in_user_profile`; custom attributes by their ids. `removed`: what was listed and not given. */
  profile?: { standard: Record<string, unknown>; custom: Record<string, unknown>; removed: string[] };
  /** Attributes that a social login knows of a new user. */
  attributes?: Record<string, unknown>;
  /** Social logins of the run, as the ID token tells of them. */
  assertedIdentities?: Record<string, unknown>[];
  passkeyPrompted?: boolean;
  optOutPasskeyUpselling?: boolean;
  deviceToken?: "used" | "wanted" | "clear";
  demands: HookDemands;
  /** Identification answered in a flow that hands over to another one. */
  pending?: IncomingIdentity;
  pendingAccount?: KnownAccount;
  /** Session that goes on being used instead of a new one. */
  continuedSession?: ContinuedSession;
  /** Account linking: who is to be logged in, and what becomes his. */
  linking?: Linking;
  /** Social login that the login of account linking begins with. */
  pendingOAuth?: { alias: string; redirectUri: string; responseMode?: string };
  /** The user of a sign-up was found to exist: the rest of the flow adds what he lacks. */
  linkedUser?: boolean;
  /** Promotion of an anonymous user. */
  anonymous?: { identityId: string; promotionCode?: string; challenge?: string };
  terminateOthers?: boolean;
  recovery?: Recovery;
}

/** What a run knows at its start. */
export function emptyMemory(userId: string, isNewUser: boolean): RunMemory {
  return {
    userId,
    isNewUser,
    identified: [],
    skipped: [],
    used: [],
    asserted: [],
    newAuthenticators: [],
    refreshed: [],
    verified: [],
    passwordUpdates: [],
    codes: [],
    signCounts: [],
    demands: {},
  };
}

/** The `amr` of what has been proven so far (spec: authentication flow §10.7). */
export function amrOfRun(memory: RunMemory): string[] {
  return combineAmr({
    authenticators: memory.used,
    recoveryCode: memory.recoveryCodeIds !== undefined,
    deviceToken: memory.deviceToken === "used",
    directory: memory.identified.some(({ identification }) => identification === "ldap"),
  });
}

/** Values that hooks demanded and nobody has proven yet. */
export function unmetAmr(memory: RunMemory): string[] {
  const amr = amrOfRun(memory);
  return (memory.demands.amr ?? []).filter((value) => !amr.includes(value));
}
