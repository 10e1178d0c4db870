import { Code, Drawer, Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import type { AuditLogRow } from "../api/shapes.js";
import { useSession } from "../session/session-context.js";
import { Page } from "../ui/page.js";
import { PAGE_SIZE, PagedTable } from "../ui/paged-table.js";
import { Time } from "../ui/times.js";

/** What happened in the project. */
export function AuditLogPage() {
  const { api } = useSession();
  const { projectId = "" } = useParams();
  const [page, setPage] = useState(1);
  const [opened, setOpened] = useState<AuditLogRow>();
  const query = useQuery({
    queryKey: ["audit-log", projectId, page],
    queryFn: ({ signal }) => api.auditLogs(projectId, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
  const row = (entry: AuditLogRow) => (
    <Table.Tr key={entry.id} className="row-link" tabIndex={0} onClick={() => setOpened(entry)} onKeyDown={(event) => event.key === "Enter" && setOpened(entry)}>
      <Table.Td>
        <Time value={entry.created_at} />
      </Table.Td>
      <Table.Td>
        <Text fw={500}>{entry.activity_type}</Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" ff="monospace">
          {entry.user_id?.slice(0, 8) ?? "–"}
        </Text>
      </Table.Td>
      <Table.Td>{entry.ip_address ?? "–"}</Table.Td>
    </Table.Tr>
  );
  return (
    <Page title="Audit log" lead="Everything that happened in this project, newest first.">
      <PagedTable query={query} heads={["Time", "Activity", "User", "Address"]} row={row} empty="Nothing has happened yet." page={page} onPage={setPage} />
      <Drawer opened={opened !== undefined} onClose={() => setOpened(undefined)} position="right" size="lg" title={opened?.activity_type}>
        <Code block>{JSON.stringify(opened?.data ?? opened, null, 2)}</Code>
      </Drawer>
    </Page>
  );
}
