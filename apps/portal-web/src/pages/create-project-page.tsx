import { Alert, Button, Group, List, Paper, Stack, TextInput, ThemeIcon } from "@mantine/core";
import { IconCheck, IconPoint } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { fieldErrors } from "../problems/field-errors.js";
import { projectIdRules } from "../problems/project-id-rules.js";
import { useSession } from "../session/session-context.js";
import { Page } from "../ui/page.js";

const ABOUT_ID = { InvalidAppID: "/id", AppIDReserved: "/id", DuplicatedAppID: "/id" };

function Rules({ id }: { id: string }) {
  return (
    <List size="sm" spacing={4} aria-label="Rules of the ID">
      {projectIdRules(id).map(({ text, met }) => (
        <List.Item
          key={text}
          icon={
            <ThemeIcon size={18} radius="xl" variant="light" color={met ? "teal" : "gray"}>
              {met ? <IconCheck size={12} /> : <IconPoint size={12} />}
            </ThemeIcon>
          }
        >
          {text}
        </List.Item>
      ))}
    </List>
  );
}

/** Creates a project and opens it. */
export function CreateProjectPage() {
  const { api } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [id, setId] = useState("");
  const create = useMutation({
    mutationFn: () => api.createProject(id),
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: ["projects"] });
      await navigate(`/projects/${encodeURIComponent(project.id)}`);
    },
  });
  const problems = create.error ? fieldErrors(create.error, ["/id"], ABOUT_ID) : undefined;
  const ready = projectIdRules(id).every(({ met }) => met);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) create.mutate();
  };
  return (
    <Page title="New project" lead="The ID becomes part of the project's address and cannot be changed later.">
      <Paper component="form" onSubmit={submit} withBorder radius="md" p="lg" maw={520}>
        <Stack>
          {problems?.form && <Alert color="red">{problems.form}</Alert>}
          <TextInput
            label="Project ID"
            value={id}
            onChange={(event) => setId(event.currentTarget.value.trim())}
            error={problems?.fields["/id"]}
            placeholder="shop-2"
            autoComplete="off"
            autoFocus
            required
          />
          <Rules id={id} />
          <Group justify="flex-end">
            <Button type="submit" disabled={!ready} loading={create.isPending}>
              Create project
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Page>
  );
}
