import { Injectable } from "@nestjs/common";
import { sendPasswordNoTarget } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { SendMessage } from "@gatehouse/record-one-time-codes";
import type { OutgoingMessage } from "@gatehouse/service-message-queue";

/** Where the work is done anew, because its transaction was rolled back. */
export interface MailAdmission {
  /** Every mail was let through before: its rate limits are taken. */
  admitted?: boolean;
}

/** A password that an administrator has set. */
export interface PasswordMail extends MailAdmission {
  template: "send_password_to_new_user_email" | "send_password_to_existing_user_email";
  plain: string;
  /** The user's, of any type. */
  identities: readonly Identity[];
}

/** Addresses a password may be mailed to: every email login id, proven or not. */
const passwordTargets = (identities: readonly Identity[]): string[] =>
  identities.flatMap(({ type, loginIdType, loginId }) => (type === "login_id" && loginIdType === "email" && loginId ? [loginId] : []));

/** Mails passwords (spec: messaging §7): limits are asked at once, the mail leaves after the commit and counts as used then. */
@Injectable()
export class MailPassword {
  constructor(private readonly messages: SendMessage) {}

  /** Throws SendPasswordNoTarget, UsageLimitExceeded, RateLimited, NoAvailableSMTPConfiguration. */
  async run(ctx: ProjectContext, tx: Tx, { template, plain, identities, admitted = false }: PasswordMail): Promise<void> {
    const targets = passwordTargets(identities);
    if (targets.length === 0) throw sendPasswordNoTarget();
    const mails = targets.map((to): OutgoingMessage => ({ channel: "email", to, template, variables: { Email: to, Password: plain } }));
    if (!admitted) for (const mail of mails) await this.messages.run(ctx, mail, { dummy: true });
    tx.afterCommit(async () => {
      await Promise.all(mails.map((mail) => this.send(ctx, mail)));
    });
  }

  /** The password is set by now, so a queue that does not answer is logged and not thrown. */
  private async send(ctx: ProjectContext, mail: OutgoingMessage): Promise<void> {
    await this.messages.run(ctx, mail, { admitted: true }).catch((error: unknown) => {
      ctx.log.error({ template: mail.template, err: error }, "A password could not be mailed.");
    });
  }
}
