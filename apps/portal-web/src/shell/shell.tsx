import { ActionIcon, AppShell, Box, Burger, Group, Menu, NavLink, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustments, IconApps, IconChevronDown, IconHistory, IconHome, IconInbox, IconLogout, IconMoon, IconPlugConnected, IconSun, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useMatch } from "react-router";
import { useSession } from "../session/session-context.js";

const sections = [
  { path: "", label: "Overview", icon: IconHome },
  { path: "/configuration", label: "Configuration", icon: IconAdjustments },
  { path: "/users", label: "Users", icon: IconUsers },
  { path: "/audit-log", label: "Audit log", icon: IconHistory },
  { path: "/webhooks", label: "Webhooks", icon: IconPlugConnected },
];

function ColourScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={dark ? "Light colours" : "Dark colours"} onClick={() => setColorScheme(dark ? "light" : "dark")}>
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Account() {
  const { api, signOut } = useSession();
  const viewer = useQuery({ queryKey: ["viewer"], queryFn: ({ signal }) => api.viewer(signal) });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label="Account">
          <Group gap={6}>
            <Text size="sm" visibleFrom="xs">
              {viewer.data?.email ?? "Account"}
            </Text>
            <IconChevronDown size={16} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Navigation({ close }: { close: () => void }) {
  const { pathname } = useLocation();
  const { settings } = useSession();
  const projectId = useMatch("/projects/:projectId/*")?.params.projectId;
  const base = projectId ? `/projects/${encodeURIComponent(projectId)}` : "";
  const shown = settings.dev_mode ? [...sections, { path: "/inbox", label: "Inbox", icon: IconInbox }] : sections;
  return (
    <Box component="nav" aria-label="Main">
      <NavLink component={Link} to="/" label="All projects" leftSection={<IconApps size={18} />} active={pathname === "/"} onClick={close} />
      {projectId && (
        <>
          <Text size="xs" fw={600} c="dimmed" px="sm" pt="md" pb={4} style={{ overflowWrap: "anywhere" }}>
            {projectId}
          </Text>
          {shown.map(({ path, label, icon: Icon }) => (
            <NavLink key={path} component={Link} to={`${base}${path}`} label={label} leftSection={<Icon size={18} />} active={pathname === `${base}${path}`} onClick={close} />
          ))}
        </>
      )}
    </Box>
  );
}

/** The frame of every page. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 230, breakpoint: "sm", collapsed: { mobile: !opened } }} padding="lg">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between">
          <Group gap="sm">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Text component={Link} to="/" fw={700} size="lg">
              Gatehouse
            </Text>
          </Group>
          <Group gap="sm">
            <ColourScheme />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Navigation close={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
