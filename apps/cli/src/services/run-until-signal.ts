/** Waits for SIGINT or SIGTERM, then stops; a second signal, or ten seconds, ends the process at once. */
export async function runUntilSignal(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const deadline = setTimeout(() => process.exit(1), 10_000);
  await stop();
  clearTimeout(deadline);
  process.exit(0);
}
