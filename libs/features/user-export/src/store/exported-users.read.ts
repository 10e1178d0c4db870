import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";

const PAGE = 1000;

/** Where a page ended. */
export interface PageEnd {
  /** As the database writes it, to the microsecond. */
  createdAt: string;
  id: string;
}

/** The users of a project, oldest first, a thousand at a time. */
@Injectable()
export class ExportedUsers {
  constructor(private readonly accounts: Accounts) {}

  /** The users after the end of the page before; no `end` when these are the last. Two statements. */
  async page(ctx: ProjectContext, tx: Tx, after: PageEnd | undefined): Promise<{ users: UserFacts[]; end?: PageEnd }> {
    const rows = await tx.query<PageEnd>(
      `select id, created_at::text as "createdAt" from auth_user where project_id = $1
         and ($2::timestamptz is null or (created_at >= $2::timestamptz and (created_at > $2::timestamptz or id < $3::uuid)))
       order by created_at, id desc limit ${PAGE}`,
      [ctx.project.id, after?.createdAt ?? null, after?.id ?? null],
    );
    const facts = new Map(
      (
        await this.accounts.facts(
          ctx,
          tx,
          rows.map(({ id }) => id),
        )
      ).map((one) => [one.user.id as string, one]),
    );
    const end = rows.length === PAGE ? rows.at(-1) : undefined;
    return { users: rows.flatMap(({ id }) => facts.get(id) ?? []), ...(end ? { end } : {}) };
  }
}
