import { Injectable } from "@nestjs/common";
import type { CheckedLoginId, Identity } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { userModel } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { type IdentityChange, IdentityChanges, identityVerified, type ProvenAddress } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { OwnedRecords } from "../guards/owned-records.js";
import { checkMayCreate, checkMayUpdate } from "../rules/login-id-switches.js";

/** A checked login id that is to be the user's. */
export interface LoginIdToWrite {
  userId: UserId;
  loginId: CheckedLoginId;
  /** The login id that gets this value; absent when it is added. */
  identityId?: string;
  /** The address, when its owner has just proven it. */
  proven?: ProvenAddress;
}

/** What was written: `old` when an identity got another value. */
export interface WrittenLoginId {
  identity: Identity;
  old?: Identity;
}

/** Writes a login id in one transaction; whether it may be written is asked there, too. */
@Injectable()
export class WriteLoginId {
  constructor(
    private readonly db: Database,
    private readonly changes: IdentityChanges,
    private readonly owned: OwnedRecords,
    private readonly outbox: EventOutbox,
  ) {}

  /** Throws `IdentityModifyDisabled`, `DuplicatedIdentity`, `IdentityNotFound`, `AccountManagementIdentityNotOwnedByUser`. */
  async run(ctx: ProjectContext, input: LoginIdToWrite): Promise<WrittenLoginId> {
    return input.identityId === undefined ? this.add(ctx, input) : this.replace(ctx, { ...input, identityId: input.identityId });
  }

  private async add(ctx: ProjectContext, { userId, loginId, proven }: LoginIdToWrite): Promise<WrittenLoginId> {
    checkMayCreate(ctx.project.config, loginId.key);
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const change = await this.changes.add(ctx, tx, { facts, identity: { type: "login_id", loginId }, proven: proven ? [proven] : [] });
      await this.outbox.append(ctx, tx, eventsOf(ctx, change, proven));
      return { identity: change.identity };
    });
  }

  private replace(ctx: ProjectContext, { userId, loginId, identityId, proven }: LoginIdToWrite & { identityId: string }): Promise<WrittenLoginId> {
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const old = await this.owned.identity(ctx, tx, { facts, id: identityId });
      checkMayUpdate(ctx.project.config, old);
      const change = await this.changes.replaceLoginId(ctx, tx, { facts, old, next: loginId, proven: proven ? [proven] : [] });
      await this.outbox.append(ctx, tx, eventsOf(ctx, change, proven));
      return { identity: change.identity, old };
    });
  }
}

function eventsOf(ctx: ProjectContext, { events, after, identity }: IdentityChange & { identity: Identity }, proven: ProvenAddress | undefined) {
  return proven ? [...events, identityVerified(userModel(ctx.project.config, after, ctx.now()), { identity, name: proven.name })] : events;
}
