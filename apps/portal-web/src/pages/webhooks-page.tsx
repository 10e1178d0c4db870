import { Badge, Button, Table, Text } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import type { WebhookDelivery } from "../api/shapes.js";
import { useSession } from "../session/session-context.js";
import { Page } from "../ui/page.js";
import { PAGE_SIZE, PagedTable } from "../ui/paged-table.js";
import { Problem } from "../ui/problem.js";
import { Time } from "../ui/times.js";

const COLOURS: Readonly<Record<string, string>> = { delivered: "teal", pending: "yellow", dead: "red" };

/** Deliveries of web hooks, each of which can be sent again. */
export function WebhooksPage() {
  const { api } = useSession();
  const { projectId = "" } = useParams();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const query = useQuery({
    queryKey: ["webhooks", projectId, page],
    queryFn: ({ signal }) => api.webhookDeliveries(projectId, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  const replay = useMutation({ mutationFn: (id: string) => api.replayDelivery(projectId, id), onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks", projectId] }) });
  const row = (delivery: WebhookDelivery) => (
    <Table.Tr key={delivery.id}>
      <Table.Td>
        <Time value={delivery.created_at} />
      </Table.Td>
      <Table.Td>
        <Text fw={500}>{delivery.event_type}</Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {delivery.handler_url}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={COLOURS[delivery.status] ?? "gray"} variant="light">
          {delivery.status}
        </Badge>
      </Table.Td>
      <Table.Td>{Array.isArray(delivery.attempts) ? delivery.attempts.length : delivery.attempts}</Table.Td>
      <Table.Td>
        <Button size="compact-sm" variant="default" onClick={() => replay.mutate(delivery.id)} loading={replay.isPending && replay.variables === delivery.id}>
          Send again
        </Button>
      </Table.Td>
    </Table.Tr>
  );
  return (
    <Page title="Webhooks" lead="Every event that was sent to a handler of this project, with its attempts.">
      {replay.error && <Problem error={replay.error} title="Not sent" />}
      <PagedTable
        query={query}
        heads={["Time", "Event", "Status", "Attempts", ""]}
        row={row}
        empty="No event was sent yet. Handlers are configured under `hook`."
        page={page}
        onPage={setPage}
      />
    </Page>
  );
}
