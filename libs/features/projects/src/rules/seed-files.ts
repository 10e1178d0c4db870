import type { EnvConfig } from "@gatehouse/platform-env";
import { stringify } from "yaml";

/** What the seeded projects depend on. */
export type SeedEnv = Pick<EnvConfig, "appHostSuffix" | "portalAuthgearAppId" | "portalAuthgearClientId" | "portalAuthgearEndpoint" | "portalListenAddr" | "publicPort">;

const passwordLogin = {
  authentication: { identities: ["login_id"], primary_authenticators: ["password"] },
  identity: { login_id: { keys: [{ type: "email" }] } },
};

/** Origins under which the portal is opened on this machine. */
function portalOrigins(env: SeedEnv): string[] {
  return ["localhost", "127.0.0.1"].map((host) => `http://${host}:${env.portalListenAddr.port}`);
}

/** `authgear.yaml` of the project whose users are the developers. */
export function accountsConfig(env: SeedEnv): string {
  const origins = portalOrigins(env);
  const portal = {
    client_id: env.portalAuthgearClientId,
    name: "Portal",
    x_application_type: "spa",
    issue_jwt_access_token: true,
    refresh_token_rotation_enabled: true,
    redirect_uris: origins.flatMap((origin) => [`${origin}/oauth-redirect`, `${origin}/`]),
    post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code", "none"],
  };
  return stringify({ id: env.portalAuthgearAppId, http: { public_origin: new URL(env.portalAuthgearEndpoint).origin }, ...passwordLogin, oauth: { clients: [portal] } });
}

/** `authgear.yaml` of the project to try things on: one client of each kind, with redirect URIs on this machine. */
export function demoConfig(id: string, env: SeedEnv): string {
  const app = "http://localhost:8080";
  const client = (kind: string, name: string, more: object = {}) => ({
    client_id: `demo-${kind.replace("traditional_webapp", "web")}`,
    name,
    x_application_type: kind,
    redirect_uris: kind === "native" ? ["com.example.demo://callback", "http://127.0.0.1:8080/callback"] : [`${app}/callback`, "http://127.0.0.1:8080/callback"],
    ...more,
  });
  const clients = [
    client("spa", "Demo single-page app", { post_logout_redirect_uris: [`${app}/`] }),
    client("native", "Demo mobile app"),
    client("traditional_webapp", "Demo web app", { post_logout_redirect_uris: [`${app}/`] }),
    client("confidential", "Demo service", { client_name: "Demo service", post_logout_redirect_uris: [`${app}/`] }),
  ];
  return stringify({ id, http: { public_origin: `http://localhost:${env.publicPort}` }, ...passwordLogin, oauth: { clients } });
}

/** The text with every local origin moved to the ports of this start; data may be kept while ports change. */
export function onCurrentPorts(config: string, env: SeedEnv): string {
  const before = /public_origin: http:\/\/(?:[a-z0-9-]+\.)?localhost:(\d+)/.exec(config)?.[1];
  if (before === undefined || Number(before) === env.publicPort) return config;
  const moved = new Map([
    [before, env.publicPort],
    [String(Number(before) + 3), env.portalListenAddr.port],
  ]);
  return config.replace(/(http:\/\/(?:(?:[a-z0-9-]+\.)?localhost|127\.0\.0\.1)):(\d+)/g, (all, origin: string, port: string) =>
    moved.has(port) ? `${origin}:${moved.get(port)}` : all,
  );
}
