import { Center, Loader } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { PortalApi } from "../api/portal-api.js";
import type { PortalSettings } from "../api/shapes.js";
import { Problem } from "../ui/problem.js";
import { CALLBACK_PATH, createUserManager, freshToken, loadSettings, renew } from "./oidc.js";
import { type Session, SessionContext } from "./session-context.js";
import { SignIn } from "./sign-in.js";

type Phase = { kind: "loading" } | { kind: "signed-out"; expired?: boolean } | { kind: "signed-in" } | { kind: "failed"; error: unknown };

/** Signs the developer in and gives the pages their API. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [settings, setSettings] = useState<PortalSettings>();
  const [phase, setPhase] = useState<Phase>({ kind: "loading" });
  const manager = useMemo(() => settings && createUserManager(settings), [settings]);
  const navigate = useNavigate();
  const { pathname } = useLocation();

  useEffect(() => {
    loadSettings().then(setSettings, (error: unknown) => setPhase({ kind: "failed", error }));
  }, []);

  useEffect(() => {
    if (!manager) return;
    const enter = async (): Promise<Phase> => {
      if (window.location.pathname === CALLBACK_PATH) {
        const user = await manager.signinRedirectCallback();
        await navigate(typeof user.state === "string" ? user.state : "/", { replace: true });
        return { kind: "signed-in" };
      }
      return (await manager.getUser()) ? { kind: "signed-in" } : { kind: "signed-out" };
    };
    enter().then(setPhase, (error: unknown) => setPhase({ kind: "failed", error }));
  }, [manager, navigate]);

  const session = useMemo<Session | undefined>(() => {
    if (!manager || !settings) return undefined;
    const expired = () => setPhase({ kind: "signed-out", expired: true });
    const api = new PortalApi({ accessToken: () => freshToken(manager), renew: async () => (await renew(manager))?.access_token, expired });
    return { api, settings, signOut: () => manager.signoutRedirect() };
  }, [manager, settings]);

  if (phase.kind === "failed") return <Problem error={phase.error} title="Sign-in failed" retry={() => window.location.assign("/")} />;
  if (phase.kind === "loading" || !session || !manager)
    return (
      <Center h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  if (phase.kind === "signed-out") return <SignIn expired={phase.expired} start={() => manager.signinRedirect({ state: pathname === CALLBACK_PATH ? "/" : pathname })} />;
  return <SessionContext value={session}>{children}</SessionContext>;
}
