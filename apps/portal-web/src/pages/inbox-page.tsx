import { Anchor, Badge, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import type { InboxMessage } from "../api/shapes.js";
import { useSession } from "../session/session-context.js";
import { Copyable } from "../ui/copyable.js";
import { Empty, Page } from "../ui/page.js";
import { Problem } from "../ui/problem.js";
import { Time } from "../ui/times.js";

const safeLink = (link: string): string | undefined => (/^https?:\/\//.test(link) ? link : undefined);

function Message({ message }: { message: InboxMessage }) {
  return (
    <Card withBorder radius="md" padding="lg">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Badge variant="light">{message.channel}</Badge>
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {message.recipient}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            <Time value={message.created_at} />
          </Text>
        </Group>
        {message.subject && <Text>{message.subject}</Text>}
        {message.code && <Copyable value={message.code} label="code" />}
        {message.link && safeLink(message.link) && <Anchor href={safeLink(message.link)}>{message.link}</Anchor>}
        <Text size="sm" c="dimmed" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {message.body}
        </Text>
      </Stack>
    </Card>
  );
}

/** Messages that were kept because no provider is configured (development mode). */
export function InboxPage() {
  const { api } = useSession();
  const { projectId = "" } = useParams();
  const query = useQuery({ queryKey: ["inbox", projectId], queryFn: ({ signal }) => api.inbox(projectId, signal), refetchInterval: 3_000 });
  return (
    <Page title="Inbox" lead="Mail and SMS that would have been sent: no provider is configured, so they are kept here.">
      {query.error && <Problem error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Skeleton h={120} radius="md" />}
      {query.data?.length === 0 && <Empty>No message yet. Sign up on the project's page to get one.</Empty>}
      {query.data?.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </Page>
  );
}
