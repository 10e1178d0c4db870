import type { Authentication, Channel, SpentCode } from "@gatehouse/domain-flow";

/** What a right code proves. */
export type CodeOutcome =
  | { kind: "verify" }
  /** `authenticatorId`: absent for one that the user does not have yet; it is made on the way. */
  | { kind: "authenticate"; authentication: Authentication; authenticatorId?: string }
  | { kind: "create"; authentication: Authentication };

/** A one-time code on its way to somebody. */
export interface CodeRequest extends Pick<SpentCode, "purpose" | "target"> {
  channels: Channel[];
  form: "code" | "link";
  outcome: CodeOutcome;
  /** Whether `request_device_token` may be asked with the code. */
  deviceTokenEnabled?: boolean;
}

/** The name of the message that carries a code. */
export function messageOf({ outcome }: CodeRequest): string {
  if (outcome.kind === "verify") return "verification";
  const stage = outcome.authentication.startsWith("secondary") ? "secondary" : "primary";
  return `${outcome.kind === "create" ? "setup" : "authenticate"}-${stage}-oob`;
}
