import { Text } from "@mantine/core";

/** A time in the reader's zone; the title holds it in full. */
export function Time({ value }: { value?: string | null }) {
  if (!value) return <Text c="dimmed">–</Text>;
  const date = new Date(value);
  return (
    <time dateTime={value} title={date.toISOString()}>
      {date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
    </time>
  );
}
