const RFC3339 = /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether the month of a date has its day: the engine makes a day of the next month of it. */
const isDay = (text: string): boolean => new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));

/** The time that a text of RFC 3339 says; undefined for other texts, and outside of the years 1 to 9999 in UTC, which neither the format nor PostgreSQL says alike. */
export function readTime(text: string): Date | undefined {
  if (!RFC3339.test(text) || !isDay(text)) return undefined;
  const time = new Date(text);
  return time.getTime() >= EARLIEST && time.getTime() <= LATEST ? time : undefined;
}
