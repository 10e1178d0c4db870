import type { EventEnvelope } from "@gatehouse/domain-events";
import type { ProjectContext } from "@gatehouse/domain-project";
import { toJsonb } from "@gatehouse/platform-outbox";
import { Database } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";
import { type ChainRow, chainTime, extendChain } from "../rules/chain.js";
import { AuditChainStore } from "../store/audit-chain.store.js";
import { knownIds } from "../store/chain-rows.read.js";

interface NewRow {
  content: Omit<ChainRow, "position">;
  /** `data` as PostgreSQL gets it. */
  text: string;
}

class SomeAreKnown extends Error {}

const orNull = (text: string | null | undefined): string | null => text || null;

/** Appends events of one project to its log and its hash chain, in their order. */
@Injectable()
export class AppendToLog {
  constructor(
    private readonly db: Database,
    private readonly chain: AuditChainStore,
  ) {}

  /** An event that is there already stays as it is. One transaction of two statements; a second one where some were there. */
  async run(ctx: ProjectContext, events: readonly EventEnvelope[]): Promise<void> {
    const rows = [...new Map(events.map((event) => [event.id, event])).values()].map((event) => toNewRow(ctx, event));
    if (rows.length === 0) return;
    try {
      await this.append(ctx, rows, false);
    } catch (error) {
      if (!(error instanceof SomeAreKnown)) throw error;
      await this.append(ctx, rows, true);
    }
  }

  /** The head's lock is taken before anything is looked at: whoever waits for it sees what the one before has written. */
  private async append(ctx: ProjectContext, rows: readonly NewRow[], looking: boolean): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.chain.lockHead(ctx, tx);
      const known = looking
        ? await knownIds(
            ctx,
            tx,
            rows.map(({ content }) => content),
          )
        : new Set<string>();
      const fresh = rows.filter(({ content }) => !known.has(content.id));
      if (fresh.length === 0) return;
      const links = extendChain(
        head,
        fresh.map(({ content }) => content),
      );
      const added = await this.chain.append(ctx, tx, { links, data: fresh.map(({ text }) => text) });
      if (added !== fresh.length) throw new SomeAreKnown();
    });
  }
}

/** What is hashed is what PostgreSQL keeps: jsonb has no NUL characters. */
function toNewRow(ctx: ProjectContext, event: EventEnvelope): NewRow {
  const plain = JSON.stringify(event);
  const text = plain.includes("\\u0000") ? toJsonb(event) : plain;
  const data = text === plain ? event : (JSON.parse(text) as EventEnvelope);
  const { timestamp, user_id, ip_address, user_agent, client_id } = data.context;
  const content = {
    project_id: ctx.project.id,
    id: data.id,
    created_at: chainTime(new Date(Math.floor(timestamp) * 1000)),
    activity_type: data.type,
    user_id: orNull(user_id),
    ip_address: orNull(ip_address),
    user_agent: orNull(user_agent),
    client_id: orNull(client_id),
    data,
  };
  return { content, text };
}
