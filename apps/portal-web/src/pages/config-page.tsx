import { Alert, Anchor, Badge, Button, List, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { PortalApiError } from "../api/api-error.js";
import type { Cause, ConfigFile } from "../api/shapes.js";
import { createLocator, syntaxCauses } from "../editor/locate-cause.js";
import { YamlEditor } from "../editor/yaml-editor.js";
import { describeCause, describeLocation } from "../problems/describe-cause.js";
import { describeError } from "../problems/describe-error.js";
import { useSession } from "../session/session-context.js";
import { Page } from "../ui/page.js";
import { Problem } from "../ui/problem.js";
import { useProject } from "./use-project.js";

function Problems({ text, causes }: { text: string; causes: readonly Cause[] }) {
  const locate = createLocator(text);
  return (
    <Alert color="red" title={causes.length === 1 ? "One problem" : `${causes.length} problems`} role="status">
      <List size="sm" spacing={4}>
        {causes.map((cause, index) => (
          <List.Item key={`${cause.location}${cause.kind}${index}`}>
            Line {locate(cause).line}, {describeLocation(cause.location)}: {describeCause(cause)}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Warns before a page with unsaved changes is left. */
function useLeaveGuard(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [active]);
}

/** The text under the developer's hands: what is wrong with it, and saving it. */
function useEditedFile(projectId: string, file: ConfigFile) {
  const { api } = useSession();
  const queries = useQueryClient();
  const [text, setText] = useState(file.content);
  const [base, setBase] = useState(file);
  const [settled] = useDebouncedValue(text, 500);
  const changed = text !== base.content;
  const syntax = syntaxCauses(text);
  const checked = useQuery({
    queryKey: ["validate", projectId, settled],
    queryFn: ({ signal }) => api.validateConfig(projectId, settled, signal),
    enabled: settled !== base.content && syntaxCauses(settled).length === 0,
    retry: false,
  });
  const save = useMutation({
    mutationFn: (checksum: string | undefined) => api.saveConfig(projectId, { content: text, checksum }),
    onSuccess: (saved) => {
      setBase({ content: text, checksum: saved.checksum ?? "" });
      void queries.invalidateQueries({ queryKey: ["project", projectId] });
    },
  });
  const saveCauses = save.error instanceof PortalApiError ? save.error.causes : [];
  const causes = syntax.length > 0 ? syntax : changed ? (checked.data ?? saveCauses) : [];
  return { text, setText, checksum: base.checksum, changed, mayBeSaved: changed && syntax.length === 0, save, saveCauses, causes };
}

function Mark({ color, children }: { color: string; children: string }) {
  return (
    <Badge color={color} variant="light">
      {children}
    </Badge>
  );
}

/** Somebody else has saved in the meantime. */
function Conflict({ error, overwrite }: { error: Error; overwrite: () => void }) {
  return (
    <Alert color="yellow" title="Changed by someone else">
      <Text size="sm">{describeError(error)}</Text>
      <Anchor component="button" size="sm" onClick={() => window.location.reload()}>
        Load their version
      </Anchor>{" "}
      or{" "}
      <Anchor component="button" size="sm" onClick={overwrite}>
        overwrite it with mine
      </Anchor>
    </Alert>
  );
}

function Editor({ projectId, file }: { projectId: string; file: ConfigFile }) {
  const { text, setText, checksum, changed, mayBeSaved, save, saveCauses, causes } = useEditedFile(projectId, file);
  useLeaveGuard(changed);
  const conflict = save.error instanceof PortalApiError && save.error.reason === "ResourceUpdateConflict";
  const actions = (
    <>
      {changed && <Mark color="yellow">Unsaved</Mark>}
      {save.isSuccess && !changed && <Mark color="teal">Saved</Mark>}
      <Button onClick={() => save.mutate(checksum)} disabled={!mayBeSaved} loading={save.isPending}>
        Save
      </Button>
    </>
  );
  return (
    <Page title="Configuration" lead="authgear.yaml of this project. Changes are in force as soon as they are saved." actions={actions}>
      <Stack>
        {conflict && <Conflict error={save.error} overwrite={() => save.mutate(undefined)} />}
        {save.error && !conflict && saveCauses.length === 0 && <Problem error={save.error} title="Not saved" />}
        <YamlEditor value={text} causes={causes} onChange={setText} />
        {causes.length > 0 && <Problems text={text} causes={causes} />}
      </Stack>
    </Page>
  );
}

/** Edits authgear.yaml; problems are shown where they are. */
export function ConfigPage() {
  const { projectId, query } = useProject();
  if (query.error) return <Problem error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton h="60vh" radius="md" />;
  return <Editor key={projectId} projectId={projectId} file={query.data.files["authgear.yaml"]} />;
}
