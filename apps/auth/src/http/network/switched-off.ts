import type { ProjectContext } from "@gatehouse/domain-project";

/** Endpoints that are there only where a project has switched them on; where it has not, no method is right. */
const SWITCHES: Readonly<Record<string, (oauth: ProjectContext["project"]["config"]["oauth"]) => boolean | undefined>> = {
  "/oauth2/introspect": ({ introspection_enabled }) => introspection_enabled,
  "/oauth2/par": ({ pushed_authorization_requests_enabled }) => pushed_authorization_requests_enabled,
  "/oauth2/device_authorization": ({ device_authorization_enabled }) => device_authorization_enabled,
  "/device": ({ device_authorization_enabled }) => device_authorization_enabled,
  "/oauth2/register": ({ dynamic_client_registration }) => dynamic_client_registration.enabled,
};

/** Whether a path, without its query, is of an endpoint that the project has not switched on. */
export function isSwitchedOff(ctx: ProjectContext, path: string): boolean {
  const key = path.startsWith("/oauth2/register/") ? "/oauth2/register" : path;
  const isOn = Object.hasOwn(SWITCHES, key) ? SWITCHES[key] : undefined;
  return isOn !== undefined && !isOn(ctx.project.config.oauth);
}
