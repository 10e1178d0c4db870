import type { EventUser, GatehouseEvent } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import type { Accounts } from "@gatehouse/record-accounts";
import type { EventOutbox } from "@gatehouse/service-event-outbox";

type Entry = { event: GatehouseEvent } | { userId: string; build: (user: EventUser) => GatehouseEvent };

/** The `admin_api.mutation.*.executed` events of one request, appended when all its mutations are through: users are shown as they are then (spec: admin API §10). */
export class ExecutedMutations {
  private readonly entries: Entry[] = [];
  private readonly gone = new Map<string, EventUser>();

  /** An event that shows no user. */
  add(event: GatehouseEvent): void {
    this.entries.push({ event });
  }

  /** An event that shows a user, by his raw id. */
  ofUser(userId: string, build: (user: EventUser) => GatehouseEvent): void {
    this.entries.push({ userId, build });
  }

  /** A user that this request deleted, as he was. */
  deleted(user: EventUser): void {
    this.gone.set(user.id, user);
  }

  /** Two statements at most: one reads the users, one appends. */
  async append(ctx: ProjectContext, tx: Tx, { accounts, outbox }: { accounts: Accounts; outbox: EventOutbox }): Promise<void> {
    const ids = this.entries.flatMap((entry) => ("userId" in entry ? [entry.userId] : []));
    const users = new Map((await accounts.model(ctx, tx, [...new Set(ids)])).map((user) => [user.id, user]));
    const shown = (userId: string): EventUser | undefined => users.get(userId) ?? this.gone.get(userId);
    const events = this.entries.flatMap((entry) => {
      if ("event" in entry) return [entry.event];
      const user = shown(entry.userId);
      return user ? [entry.build(user)] : [];
    });
    await outbox.append(ctx, tx, events);
  }
}
