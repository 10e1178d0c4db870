import { Injectable } from "@nestjs/common";
import { userCreated } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { identityModel, type User, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { MessageQueue } from "@gatehouse/service-message-queue";
import { ValidPeriodStore } from "../store/valid-period.store.js";
import type { PreparedUser } from "./prepare-user.js";

const MAIL = "send_password_to_new_user_email";

/** Writes a user that `PrepareUser` made, with its events; the password is mailed after the commit. */
@Injectable()
export class CreateUser {
  constructor(
    private readonly accounts: Accounts,
    private readonly validPeriods: ValidPeriodStore,
    private readonly outbox: EventOutbox,
    private readonly messages: MessageQueue,
  ) {}

  /** Throws DuplicatedIdentity when the login id was taken meanwhile. */
  async run(ctx: ProjectContext, tx: Tx, { account, mail }: PreparedUser): Promise<User> {
    const { user } = account;
    await this.accounts.insert(ctx, tx, account);
    const { accountValidFrom: from, accountValidUntil: until } = user.status;
    if (from || until) await this.validPeriods.set(ctx, tx, { id: user.id, from, until });
    const model = userModel(ctx.project.config, account, ctx.now());
    await this.outbox.append(ctx, tx, [userCreated({ user: model, identities: account.identities.map(identityModel) })]);
    if (mail) tx.afterCommit(() => this.send(ctx, mail));
    return user;
  }

  /** The user exists by now, so a queue that does not answer is logged and not thrown. */
  private async send(ctx: ProjectContext, { to, password }: NonNullable<PreparedUser["mail"]>): Promise<void> {
    await this.messages.enqueue(ctx, { channel: "email", to, template: MAIL, variables: { Email: to, Password: password } }).catch((error: unknown) => {
      ctx.log.error({ template: MAIL, err: error }, "The new user's password could not be mailed.");
    });
  }
}
