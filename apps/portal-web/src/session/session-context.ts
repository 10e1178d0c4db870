import { createContext, useContext } from "react";
import type { PortalApi } from "../api/portal-api.js";
import type { PortalSettings } from "../api/shapes.js";

/** The signed-in developer's tools. */
export interface Session {
  api: PortalApi;
  settings: PortalSettings;
  signOut(): Promise<void>;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session of a page below SessionProvider. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is called outside SessionProvider");
  return session;
}
