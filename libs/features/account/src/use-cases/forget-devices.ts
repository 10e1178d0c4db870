import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { DeviceTokenStore } from "@gatehouse/record-authenticators";

/** A user no longer trusts the devices that skip his second factor (spec: auth UI §7). */
@Injectable()
export class ForgetDevices {
  constructor(
    private readonly db: Database,
    private readonly tokens: DeviceTokenStore,
  ) {}

  /** Every device of the user asks for the second factor again. */
  run(ctx: ProjectContext, userId: UserId): Promise<void> {
    return this.db.transaction((tx) => this.tokens.deleteAll(ctx, tx, userId));
  }
}
