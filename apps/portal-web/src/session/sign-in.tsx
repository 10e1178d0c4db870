import { Alert, Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { IconShieldLock } from "@tabler/icons-react";
import { useState } from "react";
import { describeError } from "../problems/describe-error.js";

/** The page of developers who are not signed in. */
export function SignIn({ expired, start }: { expired?: boolean; start: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const go = () => {
    setBusy(true);
    start().catch((reason: unknown) => {
      setError(describeError(reason));
      setBusy(false);
    });
  };
  return (
    <Center mih="100vh" p="md">
      <Paper withBorder shadow="sm" radius="lg" p="xl" w="100%" maw={420}>
        <Stack align="center" gap="lg">
          <IconShieldLock size={44} stroke={1.5} aria-hidden />
          <Stack gap={4} align="center">
            <Title order={1} size="h2">
              Gatehouse portal
            </Title>
            <Text c="dimmed" ta="center">
              Manage the projects that sign your users in.
            </Text>
          </Stack>
          {expired && <Alert color="yellow">Your session has ended. Sign in again.</Alert>}
          {error && <Alert color="red">{error}</Alert>}
          <Button fullWidth size="md" loading={busy} onClick={go}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
