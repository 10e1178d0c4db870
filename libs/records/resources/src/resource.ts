import type { Row } from "@gatehouse/platform-postgres";

/** An API that tokens are issued for (spec: oauth-oidc §16). */
export interface Resource {
  id: string;
  uri: string;
  name: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A scope of an API resource. */
export interface Scope {
  id: string;
  resourceId: string;
  scope: string;
  description: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export const RESOURCE_COLUMNS = "r.id, r.uri, r.name, r.created_at, r.updated_at";
export const SCOPE_COLUMNS = "s.id, s.resource_id, s.scope, s.description, s.created_at, s.updated_at";

export const toResource = (row: Row): Resource => ({
  id: row.id as string,
  uri: row.uri as string,
  name: row.name as string | null,
  createdAt: row.created_at as Date,
  updatedAt: row.updated_at as Date,
});

export const toScope = (row: Row): Scope => ({
  id: row.id as string,
  resourceId: row.resource_id as string,
  scope: row.scope as string,
  description: row.description as string | null,
  createdAt: row.created_at as Date,
  updatedAt: row.updated_at as Date,
});

/** `null` or absent keeps a text, the empty one clears it. */
export const kept = (text: string | null | undefined): { keep: boolean; value: string | null } => ({ keep: text === null || text === undefined, value: text || null });
