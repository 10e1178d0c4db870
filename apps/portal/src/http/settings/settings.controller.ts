import { Controller, Get } from "@nestjs/common";
import { EnvConfig } from "@gatehouse/platform-env";
import { Access } from "@gatehouse/platform-http";

/** What the front end must know before anyone has signed in. */
@Controller("api")
@Access("public")
export class SettingsController {
  constructor(private readonly env: EnvConfig) {}

  @Get("config")
  config(): object {
    return { authgear_endpoint: this.env.portalAuthgearEndpoint, client_id: this.env.portalAuthgearClientId, dev_mode: this.env.devMode };
  }
}
