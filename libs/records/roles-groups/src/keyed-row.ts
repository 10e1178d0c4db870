import type { Row } from "@gatehouse/platform-postgres";

/** What users are allowed to be: applications decide what it means (spec: user model §8). */
export interface Role {
  id: string;
  key: string;
  name: string | null;
  description: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Users that have its roles together. */
export type Group = Role;

/** A role or a group of somebody: a user, a group or a role. */
export type Owned<T> = T & { ownerId: string };

/** What a role or a group is made of; an empty text is none. */
export interface NewKeyed {
  key: string;
  name?: string | null;
  description?: string | null;
}

/** What changes of a role or a group: `null` or absent keeps, an empty text clears. */
export interface KeyedChange {
  id: string;
  key?: string | null;
  name?: string | null;
  description?: string | null;
}

/** Which roles or groups. */
export interface KeyedPage {
  offset: number;
  limit: number;
  /** Part of the key or of the name. */
  searchKeyword?: string | null;
  excludedIds?: readonly string[];
}

/** Columns of a role or a group whose table is `r`. */
export const COLUMNS = "r.id, r.key, r.name, r.description, r.created_at, r.updated_at";

/** A row of `COLUMNS`. */
export const toKeyed = (row: Row): Role => ({
  id: row.id as string,
  key: row.key as string,
  name: row.name as string | null,
  description: row.description as string | null,
  createdAt: row.created_at as Date,
  updatedAt: row.updated_at as Date,
});

/** A row of `COLUMNS` with `owner_id`. */
export const toOwned = (row: Row): Owned<Role> => ({ ...toKeyed(row), ownerId: row.owner_id as string });
