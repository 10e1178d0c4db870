import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { Tx } from "@gatehouse/platform-postgres";

/** A refresh token. */
interface Token {
  grantId: string;
  initialHash: string;
}

/** Which API resources the access tokens of a refresh token are for (RFC 8707 §2.2): the rows of `token_resource`. */
@Injectable()
export class TokenResourceStore {
  async insert(ctx: ProjectContext, tx: Tx, { grantId, initialHash, resourceUris }: Token & { resourceUris: readonly string[] }): Promise<void> {
    const sql =
      "insert into token_resource (project_id, grant_id, initial_refresh_token_hash, resource_uri) select $1, $2, $3, uri from unnest($4::text[]) uri on conflict do nothing";
    await tx.query(sql, [ctx.project.id, grantId, initialHash, resourceUris]);
  }

  /** The resources of a refresh token, ascending; most have none. */
  async ofToken(ctx: ProjectContext, tx: Tx, { grantId, initialHash }: Token): Promise<string[]> {
    const sql = "select resource_uri from token_resource where project_id = $1 and grant_id = $2 and initial_refresh_token_hash = $3 order by resource_uri";
    return (await tx.query(sql, [ctx.project.id, grantId, initialHash])).map(({ resource_uri }) => resource_uri as string);
  }
}
