import type { EnvConfig } from "@gatehouse/platform-env";
import { stringify } from "yaml";
import { defaultDomain } from "./choose-domains.js";

type OriginEnv = Pick<EnvConfig, "appHostSuffix" | "devMode" | "publicPort">;

/** scheme://host of a new project: https on the default host; in development http with the public port. */
function defaultPublicOrigin(id: string, env: OriginEnv): string {
  const host = defaultDomain(id, env);
  return env.devMode ? `http://${host}:${env.publicPort}` : `https://${host}`;
}

/** The files of a new project (spec: project configuration §8.4); secrets are added when it is published. */
export function defaultFiles(id: string, env: OriginEnv): Record<string, string> {
  const config = {
    id,
    http: { public_origin: defaultPublicOrigin(id, env), cookie_domain: defaultDomain(id, env) },
    ui: { signup_login_flow_enabled: true, phone_input: { validation: { implementation: "libphonenumber", libphonenumber: { validation_method: "isPossibleNumber" } } } },
  };
  const texts = { "app.name": id, "terms-of-service-link": "", "privacy-policy-link": "" };
  return { "authgear.yaml": stringify(config), "templates/en/translation.json": `${JSON.stringify(texts, null, 2)}\n` };
}
