/** The id of a project (`app_id` on the wire). Branded so that it cannot be swapped with another text. */
export type ProjectId = string & { readonly __brand: "ProjectId" };
/** The id of a user: a lower-case UUID. */
export type UserId = string & { readonly __brand: "UserId" };

/** Brands a text that is known to be a project id (from the registry or a table). */
export const asProjectId = (id: string): ProjectId => id as ProjectId;
/** Brands a text that is known to be a user id (from a table or a verified token). */
export const asUserId = (id: string): UserId => id as UserId;
