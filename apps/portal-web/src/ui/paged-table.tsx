import { Group, Loader, Pagination, Paper, ScrollArea, Table, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Page } from "../api/shapes.js";
import { Empty } from "./page.js";
import { Problem } from "./problem.js";

export const PAGE_SIZE = 20;

interface Props<T> {
  query: UseQueryResult<Page<T>>;
  heads: string[];
  row: (item: T) => ReactNode;
  empty: string;
  page: number;
  onPage: (page: number) => void;
}

/** One page of rows with its states: loading, failed, empty. */
export function PagedTable<T>({ query, heads, row, empty, page, onPage }: Props<T>) {
  if (query.error) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const { data } = query;
  const pages = Math.max(1, Math.ceil((data?.totalCount ?? 0) / PAGE_SIZE));
  return (
    <Paper withBorder radius="md">
      <ScrollArea>
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover miw={640}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{data?.items.map(row)}</Table.Tbody>
        </Table>
      </ScrollArea>
      {!data && (
        <Group justify="center" p="xl">
          <Loader size="sm" aria-label="Loading" />
        </Group>
      )}
      {data?.items.length === 0 && <Empty>{empty}</Empty>}
      {data && data.items.length > 0 && (
        <Group justify="space-between" p="md">
          <Text size="sm" c="dimmed">
            {data.totalCount} in all
          </Text>
          {pages > 1 && <Pagination total={pages} value={page} onChange={onPage} size="sm" getControlProps={(control) => ({ "aria-label": control })} />}
        </Group>
      )}
    </Paper>
  );
}
