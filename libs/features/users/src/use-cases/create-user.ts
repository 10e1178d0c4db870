import { Injectable } from "@nestjs/common";
import { userCreated } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { identityModel, type User, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts, IdentityChanges } from "@gatehouse/record-accounts";
import { ChosenPasswords } from "@gatehouse/record-authenticators";
import { AccountStatusStore } from "@gatehouse/record-users";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { type MailAdmission, MailPassword } from "../guards/mail-password.js";
import type { PreparedUser } from "./prepare-user.js";

/** Writes a user that `PrepareUser` made, with its events; the password is mailed after the commit. */
@Injectable()
export class CreateUser {
  constructor(
    private readonly accounts: Accounts,
    private readonly statuses: AccountStatusStore,
    private readonly outbox: EventOutbox,
    private readonly changes: IdentityChanges,
    private readonly passwords: ChosenPasswords,
    private readonly mail: MailPassword,
  ) {}

  /** Throws DuplicatedIdentity when the login id was taken meanwhile, RateLimited and NoAvailableSMTPConfiguration when the password is to be mailed. */
  async run(ctx: ProjectContext, tx: Tx, { account, mailed, admitted }: PreparedUser & MailAdmission): Promise<User> {
    const { user, identities } = account;
    const [incoming] = identities;
    if (incoming) await this.changes.holdUnique(ctx, tx, { userId: user.id, incoming });
    await this.accounts.insert(ctx, tx, account);
    const password = account.authenticators.find(({ type }) => type === "password")?.passwordHash;
    if (password) await this.passwords.note(ctx, tx, { userId: user.id, passwordHash: password });
    const { id, status, createdAt: at } = user;
    if (status.accountValidFrom || status.accountValidUntil) await this.statuses.write(ctx, tx, { id, status, at });
    const model = userModel(ctx.project.config, account, ctx.now());
    await this.outbox.append(ctx, tx, [userCreated({ user: model, identities: account.identities.map(identityModel) })]);
    if (mailed !== undefined) await this.mail.run(ctx, tx, { template: "send_password_to_new_user_email", plain: mailed, identities, admitted });
    return user;
  }
}
