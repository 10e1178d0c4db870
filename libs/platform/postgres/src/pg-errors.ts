/** Whether a failed statement broke a unique constraint (SQLSTATE 23505), optionally one of the given name. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const e = error as { code?: string; constraint?: string; driverError?: { code?: string; constraint?: string } };
  const driver = e.driverError ?? e;
  return driver.code === "23505" && (constraint === undefined || driver.constraint === constraint);
}

/** Whether PostgreSQL has ended a transaction because it and others waited for each other. Done again from the beginning, it may well succeed. */
export function isDeadlock(error: unknown): boolean {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return (driverError?.code ?? code) === "40P01";
}
