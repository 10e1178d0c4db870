import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { describeError } from "../problems/describe-error.js";

/** A failure in place of what could not be shown. */
export function Problem({ error, title = "This could not be loaded", retry }: { error: unknown; title?: string; retry?: () => void }) {
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden />} title={title} m="md" role="alert">
      <Stack gap="sm">
        <Text size="sm">{describeError(error)}</Text>
        {retry && (
          <Group>
            <Button size="xs" variant="light" color="red" onClick={retry}>
              Try again
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
