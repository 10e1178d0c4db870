/** Adds users to a project that has none of these yet. */
export function seedUsers(databaseUrl: string, options: { projectId: string; users: number; tell?: (line: string) => void }): Promise<void>;
/** Does what autovacuum does within minutes after so many inserts. */
export function vacuumUsers(databaseUrl: string): Promise<void>;
