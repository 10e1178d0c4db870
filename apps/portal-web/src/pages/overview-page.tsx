import { Badge, Button, Card, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { readClients } from "../editor/read-overview.js";
import { Copyable } from "../ui/copyable.js";
import { Empty, Page } from "../ui/page.js";
import { Problem } from "../ui/problem.js";
import { useProject } from "./use-project.js";

function Endpoints({ origin }: { origin: string }) {
  const rows = [
    ["Issuer", origin],
    ["Discovery", `${origin}/.well-known/openid-configuration`],
    ["Sign-up and sign-in", `${origin}/login`],
    ["Admin API", `${origin}/_api/admin/graphql`],
  ] as const;
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h4" mb="sm">
        Endpoints
      </Title>
      <Table>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th w={180}>{label}</Table.Th>
              <Table.Td>
                <Copyable value={value} label={label} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Clients({ content }: { content: string }) {
  const clients = readClients(content);
  return (
    <Card withBorder radius="md" padding="lg">
      <Title order={2} size="h4" mb="sm">
        Applications
      </Title>
      {clients.length === 0 && <Empty>No application yet. Add one below `oauth.clients` in the configuration.</Empty>}
      <Stack>
        {clients.map((client) => (
          <Stack key={client.clientId} gap={4}>
            <Text fw={600}>
              {client.name} <Badge variant="light">{client.type}</Badge>
            </Text>
            <Copyable value={client.clientId} label="client ID" />
            <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {client.redirectUris.join(", ")}
            </Text>
          </Stack>
        ))}
      </Stack>
    </Card>
  );
}

/** What an application needs to know of the project. */
export function OverviewPage() {
  const { projectId, query } = useProject();
  return (
    <Page
      title={projectId}
      lead={query.data?.public_origin}
      actions={
        query.data && (
          <Button component="a" href={`${query.data.public_origin}/login`} target="_blank" rel="noreferrer" variant="light">
            Open sign-in page
          </Button>
        )
      }
    >
      {query.error && <Problem error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Skeleton h={200} radius="md" />}
      {query.data && <Endpoints origin={query.data.public_origin} />}
      {query.data && <Clients content={query.data.files["authgear.yaml"].content} />}
      {query.data && (
        <Button component={Link} to="configuration" variant="default" w="fit-content">
          Edit configuration
        </Button>
      )}
    </Page>
  );
}
