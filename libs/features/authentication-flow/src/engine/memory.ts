import type { Authenticator, AuthenticatorKind, AuthenticatorType } from "@gatehouse/domain-authenticator";
import type { Asserted, Authentication, Channel, NewAuthenticator, ProvenClaim } from "@gatehouse/domain-flow";
import { duplicatedAuthenticator } from "@gatehouse/domain-errors";
import type { UserFacts } from "@gatehouse/domain-user";
import { isKnown } from "../rules/same-authenticator.js";
import { note, type Run, stepName } from "./run.js";

/** `primary_oob_otp_email` in its two halves. */
export function splitAuthentication(authentication: Authentication): { kind: AuthenticatorKind; type: AuthenticatorType } {
  const [kind, ...rest] = authentication.split("_");
  return { kind: kind as AuthenticatorKind, type: rest.join("_") as AuthenticatorType };
}

/** The address of a one-time-password authenticator. */
export const targetOf = (authenticator: Authenticator): string => authenticator.email ?? authenticator.phone ?? "";

/** Notes that a factor was proven, by the id of its authenticator. */
export function assertFactor(run: Run, factor: Omit<Asserted, "step" | "authenticatorId"> & { authenticatorId: string }): void {
  const { memory } = run.state;
  const used = memory.used.some(({ id }) => id === factor.authenticatorId)
    ? memory.used
    : [...memory.used, { id: factor.authenticatorId, ...splitAuthentication(factor.authentication) }];
  note(run, { used, asserted: [...memory.asserted, { ...factor, ...stepName(run) }] });
}

/** Notes an authenticator that the finish will write. Throws `DuplicatedAuthenticator` when the user, or the run, has the same one. */
export function addAuthenticator(run: Run, made: Omit<NewAuthenticator, "id" | "step">, existing: UserFacts["authenticators"] = []): NewAuthenticator {
  const { memory } = run.state;
  if (isKnown(made, { stored: existing, inRun: memory.newAuthenticators })) throw duplicatedAuthenticator(made.type);
  const authenticator = { id: run.ctx.newId(), ...stepName(run), ...made };
  const { id, type, kind } = authenticator;
  note(run, { newAuthenticators: [...memory.newAuthenticators, authenticator], used: [...memory.used, { id, type, kind }] });
  return authenticator;
}

/** Whether a claim is proven already, in this run or before. */
export const isProven = (claims: readonly { name: string; value: string }[], { name, value }: ProvenClaim): boolean =>
  claims.some((one) => one.name === name && one.value === value);

/** Notes that claims are proven. */
export function prove(run: Run, claims: readonly ProvenClaim[]): void {
  const fresh = claims.filter((claim) => !isProven(run.state.memory.verified, claim));
  if (fresh.length > 0) note(run, { verified: [...run.state.memory.verified, ...fresh] });
}

/** The claim that an address is. */
export const claimOf = (target: string): ProvenClaim => ({ name: target.includes("@") ? "email" : "phone_number", value: target });

/** What kind of login id an address is. */
export const addressType = (target: string): "email" | "phone" => (target.includes("@") ? "email" : "phone");

/** Whether a channel reaches an address. */
export const reaches = (channel: Channel, target: string): boolean => (channel === "email") === target.includes("@");
