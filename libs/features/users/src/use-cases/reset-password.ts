import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { AuthenticatorStore, ChosenPasswords } from "@gatehouse/record-authenticators";
import { type MailAdmission, MailPassword } from "../guards/mail-password.js";
import { TargetUser } from "../guards/target-user.js";
import type { PreparedPassword } from "./prepare-password.js";

/** A user and the password that `PreparePassword` made for him. */
export interface PasswordReset extends PreparedPassword, MailAdmission {
  userId: string;
  /** Mail it to every email login id. */
  sendPassword?: boolean | null;
  /** It must be changed at the next login. Ignored where the user has no password yet. */
  setPasswordExpired?: boolean | null;
}

/** Sets a primary password (spec: admin API §8.1, `resetPassword`). Sessions go on; no event tells of it. */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly target: TargetUser,
    private readonly authenticators: AuthenticatorStore,
    private readonly passwords: ChosenPasswords,
    private readonly changes: IdentityChanges,
    private readonly mail: MailPassword,
  ) {}

  /** Throws UserNotFound, UserIsAnonymized, SendPasswordNoTarget, RateLimited and NoAvailableSMTPConfiguration. */
  async run(ctx: ProjectContext, tx: Tx, reset: PasswordReset): Promise<void> {
    const { userId, plain, passwordHash, admitted } = reset;
    const facts = await this.target.locked(ctx, tx, { userId, notAnonymized: true });
    if (reset.sendPassword) await this.mail.run(ctx, tx, { template: "send_password_to_existing_user_email", plain, identities: facts.identities, admitted });
    const current = facts.authenticators.find(({ type, kind }) => type === "password" && kind === "primary");
    await (current ? this.replace(ctx, tx, { current, reset }) : this.add(ctx, tx, { facts, passwordHash }));
    await this.passwords.note(ctx, tx, { userId, passwordHash });
  }

  private async replace(ctx: ProjectContext, tx: Tx, { current, reset }: { current: Authenticator; reset: PasswordReset }): Promise<void> {
    const expiry = reset.setPasswordExpired ? { expireAfter: ctx.now() } : {};
    await this.authenticators.updatePasswordHash(ctx, tx, { id: current.id, passwordHash: reset.passwordHash, at: ctx.now(), ...expiry });
  }

  private async add(ctx: ProjectContext, tx: Tx, { facts, passwordHash }: { facts: UserFacts; passwordHash: string }): Promise<void> {
    await this.changes.addAuthenticator(ctx, tx, { facts, authenticator: { type: "password", kind: "primary", passwordHash } });
  }
}
