import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";
import { Injectable } from "@nestjs/common";

/** A message kept instead of sent, in development mode. */
export interface InboxMessage {
  id: string;
  channel: "email" | "sms" | "whatsapp";
  to: string;
  template: string;
  /** E-mail only. */
  subject: string | null;
  body: string;
  code: string | null;
  link: string | null;
  created_at: Date;
}

/** Table `inbox_message`. */
@Injectable()
export class InboxStore {
  async insert(ctx: ProjectContext, tx: Tx, message: InboxMessage): Promise<void> {
    await tx.query(
      "insert into inbox_message (project_id, id, channel, recipient, template, subject, body, code, link, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      [ctx.project.id, message.id, message.channel, message.to, message.template, message.subject, message.body, message.code, message.link, message.created_at],
    );
  }

  /** Newest first; `to` keeps one recipient's. */
  async list(ctx: ProjectContext, tx: Tx, page: { limit: number; to?: string }): Promise<InboxMessage[]> {
    return tx.query<InboxMessage>(
      `select id, channel, recipient as "to", template, subject, body, code, link, created_at from inbox_message
       where project_id = $1 and ($2::text is null or recipient = $2) order by created_at desc, id limit $3`,
      [ctx.project.id, page.to ?? null, page.limit],
    );
  }
}
