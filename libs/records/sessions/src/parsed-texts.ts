import { reviveDates } from "./session-user.js";

/**
 * Parses cached JSON once for as long as it stays the same: most requests of a session find the text that the last one found.
 * Keeps the `max` entries used last. What it returns is shared: nobody may change it.
 */
export class ParsedTexts<T> {
  private readonly known = new Map<string, { text: string; parsed: T }>();

  constructor(private readonly max: number) {}

  /** What was parsed last, which may have changed since. */
  last(key: string): T | undefined {
    return this.known.get(key)?.parsed;
  }

  parse(key: string, text: string): T {
    const found = this.known.get(key);
    const entry = found?.text === text ? found : { text, parsed: JSON.parse(text, reviveDates) as T };
    this.known.delete(key);
    this.known.set(key, entry);
    if (this.known.size > this.max) this.known.delete(this.known.keys().next().value as string);
    return entry.parsed;
  }
}
