import { Badge, Code, Drawer, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import type { UserRow } from "../api/shapes.js";
import { useSession } from "../session/session-context.js";
import { Copyable } from "../ui/copyable.js";
import { Page } from "../ui/page.js";
import { PAGE_SIZE, PagedTable } from "../ui/paged-table.js";
import { Time } from "../ui/times.js";

/** What names a user in a list. */
function userName({ id, standard_attributes: attributes }: UserRow): string {
  return String(attributes?.email ?? attributes?.phone_number ?? attributes?.preferred_username ?? id);
}

function UserDetail({ user }: { user: UserRow }) {
  return (
    <Stack>
      <Copyable value={user.id} label="user ID" />
      <Text size="sm">
        Created <Time value={user.created_at} />
      </Text>
      <Text fw={600}>Standard attributes</Text>
      <Code block>{JSON.stringify(user.standard_attributes ?? {}, null, 2)}</Code>
      <Text fw={600}>Custom attributes</Text>
      <Code block>{JSON.stringify(user.custom_attributes ?? {}, null, 2)}</Code>
    </Stack>
  );
}

/** The users of the project. */
export function UsersPage() {
  const { api } = useSession();
  const { projectId = "" } = useParams();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [opened, setOpened] = useState<UserRow>();
  const [wanted] = useDebouncedValue(search.trim(), 500);
  const query = useQuery({
    queryKey: ["users", projectId, wanted, page],
    queryFn: ({ signal }) => api.users(projectId, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE, search: wanted }, signal),
    placeholderData: keepPreviousData,
  });
  const row = (user: UserRow) => (
    <Table.Tr key={user.id} className="row-link" tabIndex={0} onClick={() => setOpened(user)} onKeyDown={(event) => event.key === "Enter" && setOpened(user)}>
      <Table.Td>
        <Text fw={500}>{userName(user)}</Text>
      </Table.Td>
      <Table.Td>
        {user.is_disabled ? (
          <Badge color="red">disabled</Badge>
        ) : (
          <Badge color="teal" variant="light">
            active
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Time value={user.created_at} />
      </Table.Td>
      <Table.Td>
        <Time value={user.last_login_at} />
      </Table.Td>
    </Table.Tr>
  );
  const find = (text: string) => {
    setSearch(text);
    setPage(1);
  };
  return (
    <Page title="Users">
      <TextInput
        aria-label="Search users"
        placeholder="Email, phone number, user name, name or ID"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => find(event.currentTarget.value)}
        maw={420}
      />
      <PagedTable
        query={query}
        heads={["User", "Status", "Created", "Last sign-in"]}
        row={row}
        empty={wanted ? "Nobody matches." : "Nobody has signed up yet."}
        page={page}
        onPage={setPage}
      />
      <Drawer opened={opened !== undefined} onClose={() => setOpened(undefined)} position="right" title={opened && userName(opened)}>
        {opened && <UserDetail user={opened} />}
      </Drawer>
    </Page>
  );
}
