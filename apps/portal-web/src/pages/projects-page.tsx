import { Badge, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { ProjectSummary } from "../api/shapes.js";
import { useSession } from "../session/session-context.js";
import { Empty, Page } from "../ui/page.js";
import { Problem } from "../ui/problem.js";

function ProjectCard({ project }: { project: ProjectSummary }) {
  return (
    <Card component={Link} to={`/projects/${encodeURIComponent(project.id)}`} withBorder radius="md" padding="lg">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600}>{project.id}</Text>
          {project.role && <Badge variant="light">{project.role}</Badge>}
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {project.public_origin}
        </Text>
      </Stack>
    </Card>
  );
}

/** The developer's projects. */
export function ProjectsPage() {
  const { api } = useSession();
  const projects = useQuery({ queryKey: ["projects"], queryFn: ({ signal }) => api.projects(signal) });
  return (
    <Page
      title="Projects"
      lead="Each project has its own users, applications and configuration."
      actions={
        <Button component={Link} to="/new" leftSection={<IconPlus size={16} />}>
          New project
        </Button>
      }
    >
      {projects.error && <Problem error={projects.error} retry={() => void projects.refetch()} />}
      {projects.isPending && <Skeleton h={96} radius="md" />}
      {projects.data?.length === 0 && <Empty>You have no project yet. Create your first one.</Empty>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {projects.data?.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
    </Page>
  );
}
