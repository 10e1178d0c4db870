import { Injectable } from "@nestjs/common";
import { duplicatedIdentity } from "@gatehouse/domain-errors";
import type { Identity, LoginIdType } from "@gatehouse/domain-identity";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { isUniqueViolation, type Row, type Tx } from "@gatehouse/platform-postgres";

const COLUMNS = "i.id, i.user_id, i.type, i.login_id_key, i.login_id_type, i.login_id, i.original_login_id, i.unique_key, i.claims, i.details, i.created_at, i.updated_at";

/** What `similar` looks for: the same identity, or the values of naming claims (`email`, `phone_number`, `preferred_username`; one or several each). */
export interface SoughtIdentity {
  type: Identity["type"];
  uniqueKey: string;
  claims: Readonly<Record<string, unknown>>;
}

/** A record from a row, or from the same row as JSON. */
export function toIdentity(row: Row): Identity {
  return {
    id: row.id as string,
    userId: asUserId(row.user_id as string),
    type: row.type as Identity["type"],
    loginIdKey: row.login_id_key as string | null,
    loginIdType: row.login_id_type as LoginIdType | null,
    loginId: row.login_id as string | null,
    originalLoginId: row.original_login_id as string | null,
    uniqueKey: row.unique_key as string,
    claims: row.claims as Identity["claims"],
    details: (row.details ?? {}) as Identity["details"],
    createdAt: new Date(row.created_at as string | Date),
    updatedAt: new Date(row.updated_at as string | Date),
  };
}

/** The rows of `identity`. */
@Injectable()
export class IdentityStore {
  /** Writes identities in one statement. Throws `DuplicatedIdentity` when another one took the unique key meanwhile. */
  async insert(ctx: ProjectContext, tx: Tx, identities: readonly Identity[]): Promise<void> {
    if (identities.length === 0) return;
    const rows = identities.map((x) => ({
      id: x.id,
      user_id: x.userId,
      type: x.type,
      login_id_key: x.loginIdKey,
      login_id_type: x.loginIdType,
      login_id: x.loginId,
      original_login_id: x.originalLoginId,
      unique_key: x.uniqueKey,
      claims: x.claims,
      details: x.details,
      created_at: x.createdAt,
      updated_at: x.updatedAt,
    }));
    try {
      await tx.query(
        `insert into identity (project_id, id, user_id, type, login_id_key, login_id_type, login_id, original_login_id, unique_key, claims, details, created_at, updated_at)
         select $1, r.id, r.user_id, r.type, r.login_id_key, r.login_id_type, r.login_id, r.original_login_id, r.unique_key, r.claims, r.details, r.created_at, r.updated_at
         from jsonb_to_recordset($2::jsonb) r (id uuid, user_id uuid, type text, login_id_key text, login_id_type text, login_id text, original_login_id text, unique_key text, claims jsonb, details jsonb, created_at timestamptz, updated_at timestamptz)`,
        [ctx.project.id, JSON.stringify(rows)],
      );
    } catch (error) {
      if (!isUniqueViolation(error, "identity_unique_key") && !isUniqueViolation(error, "identity_passkey")) throw error;
      const { type, loginIdType, details } = identities[0] as Identity;
      const providerType = details.oauth?.providerType;
      throw duplicatedIdentity({
        IdentityTypeIncoming: type,
        IdentityTypeExisting: type,
        ...(loginIdType ? { LoginIDTypeIncoming: loginIdType, LoginIDTypeExisting: loginIdType } : {}),
        ...(providerType ? { OAuthProviderTypeIncoming: providerType, OAuthProviderTypeExisting: providerType } : {}),
      });
    }
  }

  /** Identities that are the same as an incoming one, or carry one of the values under the naming claim; any user's. One statement. */
  async similar(ctx: ProjectContext, tx: Tx, incoming: SoughtIdentity): Promise<Identity[]> {
    const values = (name: string): string[] => [incoming.claims[name] ?? []].flat().filter((value) => typeof value === "string" && value !== "") as string[];
    const rows = await tx.query(
      `select ${COLUMNS} from identity i where i.project_id = $1 and ((i.type = $2 and i.unique_key = $3)
         or (i.claims ->> 'email' is not null and i.claims ->> 'email' = any($4::text[]))
         or (i.claims ->> 'phone_number' is not null and i.claims ->> 'phone_number' = any($5::text[]))
         or (i.claims ->> 'preferred_username' is not null and i.claims ->> 'preferred_username' = any($6::text[]))) order by i.created_at, i.id limit 100`,
      [ctx.project.id, incoming.type, incoming.uniqueKey, values("email"), values("phone_number"), values("preferred_username")],
    );
    return rows.map(toIdentity);
  }

  /** Until the transaction ends nobody else who asks the same takes one of these addresses or user names. */
  async reserve(ctx: ProjectContext, tx: Tx, values: readonly string[]): Promise<void> {
    const names = [...new Set(values)].sort().map((value) => `identity\n${ctx.project.id}\n${value}`);
    if (names.length > 0)
      await tx.query("select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) with ordinality as n (name, place) order by place", [names]);
  }

  /** Stores what a provider or directory says now. */
  async refresh(ctx: ProjectContext, tx: Tx, input: { id: string; claims: Record<string, unknown>; details: Identity["details"]; at: Date }): Promise<void> {
    await tx.query("update identity set claims = $3, details = $4, updated_at = $5 where project_id = $1 and id = $2", [
      ctx.project.id,
      input.id,
      input.claims,
      input.details,
      input.at,
    ]);
  }

  /** Replaces a login id. Throws `DuplicatedIdentity` when it is taken. */
  async updateLoginId(ctx: ProjectContext, tx: Tx, changed: Identity): Promise<void> {
    try {
      await tx.query(
        `update identity set login_id_key = $3, login_id_type = $4, login_id = $5, original_login_id = $6, unique_key = $7, claims = $8, updated_at = $9 where project_id = $1 and id = $2`,
        [ctx.project.id, changed.id, changed.loginIdKey, changed.loginIdType, changed.loginId, changed.originalLoginId, changed.uniqueKey, changed.claims, changed.updatedAt],
      );
    } catch (error) {
      if (!isUniqueViolation(error, "identity_unique_key")) throw error;
      throw duplicatedIdentity({
        IdentityTypeIncoming: "login_id",
        IdentityTypeExisting: "login_id",
        LoginIDTypeIncoming: changed.loginIdType,
        LoginIDTypeExisting: changed.loginIdType,
      });
    }
  }

  /** Deletes identities; returns how many of them were there. */
  async delete(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    return (await tx.query("delete from identity where project_id = $1 and id = any($2::uuid[]) returning id", [ctx.project.id, ids])).length;
  }

  /** Login-id identities under any of the unique keys, whatever key they were stored under. */
  async byLoginId(ctx: ProjectContext, tx: Tx, uniqueKeys: readonly string[]): Promise<Identity[]> {
    if (uniqueKeys.length === 0) return [];
    return (
      await tx.query(`select ${COLUMNS} from identity i where i.project_id = $1 and i.type = 'login_id' and i.unique_key = any($2::text[])`, [ctx.project.id, uniqueKeys])
    ).map(toIdentity);
  }

  /** Identities of several users, newest first within each user. */
  async listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Identity[]> {
    if (userIds.length === 0) return [];
    return (
      await tx.query(`select ${COLUMNS} from identity i where i.project_id = $1 and i.user_id = any($2::uuid[]) order by i.created_at desc, i.id`, [ctx.project.id, userIds])
    ).map(toIdentity);
  }

  /** Identities by id; unknown ids are left out. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Identity[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${COLUMNS} from identity i where i.project_id = $1 and i.id = any($2::uuid[])`, [ctx.project.id, ids])).map(toIdentity);
  }
}
