import { Injectable } from "@nestjs/common";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { type AuthenticatorToMake, IdentityChanges } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";
import { checkIdentityDefinition, type IdentityDefinition } from "../rules/check-identity-definition.js";
import { type OneTimePassword, oneTimePasswordOf } from "../rules/one-time-password-of.js";
import type { FirstPassword } from "./prepare-first-password.js";

/** A login id for a user, with what `PrepareFirstPassword` made. */
export interface NewIdentity {
  userId: string;
  definition: IdentityDefinition;
  password: FirstPassword;
}

const hasPassword = ({ authenticators }: UserFacts): boolean => authenticators.some(({ type, kind }) => type === "password" && kind === "primary");
const hasCode = ({ authenticators }: UserFacts, { type, target }: OneTimePassword): boolean =>
  authenticators.some((one) => one.type === type && one.kind === "primary" && (one.email ?? one.phone) === target);

/** Adds a login id to a user, whatever its key allows end users (spec: admin API §8.1, `createIdentity`). */
@Injectable()
export class CreateIdentity {
  constructor(
    private readonly target: TargetUser,
    private readonly changes: IdentityChanges,
    private readonly passwords: ChosenPasswords,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws Invalid, InvalidLoginIDKey, ValidationFailed, UserNotFound, DuplicatedIdentity, PasswordPolicyViolated. */
  async run(ctx: ProjectContext, tx: Tx, { userId, definition, password }: NewIdentity): Promise<Identity> {
    const loginId = checkIdentityDefinition(ctx.project, definition);
    const facts = await this.target.locked(ctx, tx, { userId });
    const code = oneTimePasswordOf(ctx.project.config, loginId);
    const passwordHash = hasPassword(facts) ? undefined : accepted(password);
    const authenticators: AuthenticatorToMake[] = [
      ...(passwordHash ? [{ type: "password", kind: "primary", passwordHash } as const] : []),
      ...(code && !hasCode(facts, code) ? [code] : []),
    ];
    const { identity, events } = await this.changes.add(ctx, tx, { facts, identity: { type: "login_id", loginId }, authenticators, promotes: true });
    if (passwordHash) await this.passwords.note(ctx, tx, { userId, passwordHash });
    await this.outbox.append(ctx, tx, events);
    return identity;
  }
}

/** The hash of a prepared password. Throws why it was refused. */
function accepted(password: FirstPassword): string | undefined {
  if (password?.status === "rejected") throw password.reason;
  return password?.value;
}
