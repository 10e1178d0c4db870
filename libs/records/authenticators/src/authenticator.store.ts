import { Injectable } from "@nestjs/common";
import type { Authenticator, AuthenticatorKind, AuthenticatorType } from "@gatehouse/domain-authenticator";
import { duplicatedAuthenticator } from "@gatehouse/domain-errors";
import { asUserId, type ProjectContext } from "@gatehouse/domain-project";
import { isUniqueViolation, type Row, type Tx } from "@gatehouse/platform-postgres";

const COLUMNS = "a.id, a.user_id, a.type, a.kind, a.is_default, a.password_hash, a.expire_after, a.email, a.phone, a.secret, a.display_name, a.passkey, a.created_at, a.updated_at";

/** A record from a row, or from the same row as JSON. */
export function toAuthenticator(row: Row): Authenticator {
  return {
    id: row.id as string,
    userId: asUserId(row.user_id as string),
    type: row.type as AuthenticatorType,
    kind: row.kind as AuthenticatorKind,
    isDefault: row.is_default as boolean,
    passwordHash: row.password_hash as string | null,
    expireAfter: row.expire_after ? new Date(row.expire_after as string | Date) : null,
    email: row.email as string | null,
    phone: row.phone as string | null,
    secret: (row.secret as string | null) ?? null,
    displayName: (row.display_name as string | null) ?? null,
    passkey: (row.passkey as Authenticator["passkey"] | null) ?? null,
    createdAt: new Date(row.created_at as string | Date),
    updatedAt: new Date(row.updated_at as string | Date),
  };
}

/** The rows of `authenticator`. */
@Injectable()
export class AuthenticatorStore {
  /** Writes authenticators in one statement. Throws `DuplicatedAuthenticator` for a second password of one kind. */
  async insert(ctx: ProjectContext, tx: Tx, authenticators: readonly Authenticator[]): Promise<void> {
    if (authenticators.length === 0) return;
    const rows = authenticators.map((x) => ({
      id: x.id,
      user_id: x.userId,
      type: x.type,
      kind: x.kind,
      is_default: x.isDefault,
      password_hash: x.passwordHash,
      expire_after: x.expireAfter,
      email: x.email,
      phone: x.phone,
      secret: x.secret,
      display_name: x.displayName,
      passkey: x.passkey,
      created_at: x.createdAt,
      updated_at: x.updatedAt,
    }));
    try {
      await tx.query(
        `insert into authenticator (project_id, id, user_id, type, kind, is_default, password_hash, expire_after, email, phone, secret, display_name, passkey, created_at, updated_at)
         select $1, r.id, r.user_id, r.type, r.kind, r.is_default, r.password_hash, r.expire_after, r.email, r.phone, r.secret, r.display_name, r.passkey, r.created_at, r.updated_at
         from jsonb_to_recordset($2::jsonb) r (id uuid, user_id uuid, type text, kind text, is_default boolean, password_hash text, expire_after timestamptz, email text, phone text, secret text, display_name text, passkey jsonb, created_at timestamptz, updated_at timestamptz)`,
        [ctx.project.id, JSON.stringify(rows)],
      );
    } catch (error) {
      if (isUniqueViolation(error, "authenticator_one_password")) throw duplicatedAuthenticator("password");
      if (isUniqueViolation(error, "authenticator_passkey")) throw duplicatedAuthenticator("passkey");
      throw error;
    }
  }

  /** Authenticators of several users, oldest first. */
  async listByUserIds(ctx: ProjectContext, tx: Tx, userIds: readonly string[]): Promise<Authenticator[]> {
    if (userIds.length === 0) return [];
    return (
      await tx.query(`select ${COLUMNS} from authenticator a where a.project_id = $1 and a.user_id = any($2::uuid[]) order by a.created_at, a.id`, [ctx.project.id, userIds])
    ).map(toAuthenticator);
  }

  /** Authenticators by id; unknown ids are left out. */
  async byIds(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<Authenticator[]> {
    if (ids.length === 0) return [];
    return (await tx.query(`select ${COLUMNS} from authenticator a where a.project_id = $1 and a.id = any($2::uuid[])`, [ctx.project.id, ids])).map(toAuthenticator);
  }

  /** Stores a new password, which must be changed after `expireAfter` if that is given. With `onlyIf` the change happens only while the stored hash is still that one. */
  async updatePasswordHash(ctx: ProjectContext, tx: Tx, input: { id: string; passwordHash: string; at: Date; onlyIf?: string; expireAfter?: Date }): Promise<boolean> {
    const sql =
      "update authenticator set password_hash = $3, expire_after = $6, updated_at = $4 where project_id = $1 and id = $2 and ($5::text is null or password_hash = $5) returning id";
    return (await tx.queryOne(sql, [ctx.project.id, input.id, input.passwordHash, input.at, input.onlyIf ?? null, input.expireAfter ?? null])) !== undefined;
  }

  /** Sets when passwords must be changed; null: not. */
  async setPasswordExpiry(ctx: ProjectContext, tx: Tx, input: { ids: readonly string[]; expireAfter: Date | null; at: Date }): Promise<void> {
    await tx.query("update authenticator set expire_after = $3, updated_at = $4 where project_id = $1 and id = any($2::uuid[]) and type = 'password'", [
      ctx.project.id,
      input.ids,
      input.expireAfter,
      input.at,
    ]);
  }

  /** Stores the same password in a better hash; its age and its end stay. */
  async rehashPassword(ctx: ProjectContext, tx: Tx, input: { id: string; passwordHash: string; onlyIf: string }): Promise<void> {
    await tx.query("update authenticator set password_hash = $3 where project_id = $1 and id = $2 and password_hash = $4", [
      ctx.project.id,
      input.id,
      input.passwordHash,
      input.onlyIf,
    ]);
  }

  /** Notes signature counters of passkeys. */
  async updateSignCount(ctx: ProjectContext, tx: Tx, input: { id: string; count: number; at: Date }): Promise<void> {
    await tx.query("update authenticator set passkey = jsonb_set(passkey, '{signCount}', to_jsonb($3::bigint)), updated_at = $4 where project_id = $1 and id = $2", [
      ctx.project.id,
      input.id,
      input.count,
      input.at,
    ]);
  }

  /** Moves one-time-password authenticators to another address. */
  async moveTargets(ctx: ProjectContext, tx: Tx, input: { ids: readonly string[]; email: string | null; phone: string | null; at: Date }): Promise<void> {
    await tx.query("update authenticator set email = $3, phone = $4, updated_at = $5 where project_id = $1 and id = any($2::uuid[])", [
      ctx.project.id,
      input.ids,
      input.email,
      input.phone,
      input.at,
    ]);
  }

  /** Deletes authenticators. */
  async delete(ctx: ProjectContext, tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await tx.query("delete from authenticator where project_id = $1 and id = any($2::uuid[])", [ctx.project.id, ids]);
  }
}
