import type { ProjectContext } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type InboxMessage, InboxStore } from "../store/inbox.store.js";

const LARGEST_PAGE = 200;

/** Messages of the development inbox. */
@Injectable()
export class ListInbox {
  constructor(
    private readonly db: Database,
    private readonly inbox: InboxStore,
  ) {}

  /** Newest first, at most 200; `to` keeps one recipient's. */
  async run(ctx: ProjectContext, input: { limit: number; to?: string }): Promise<{ messages: InboxMessage[] }> {
    const limit = Math.max(1, Math.min(input.limit, LARGEST_PAGE));
    return { messages: await this.db.read((tx) => this.inbox.list(ctx, tx, { limit, to: input.to })) };
  }
}
