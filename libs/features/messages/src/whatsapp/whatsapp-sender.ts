import { noAvailableWhatsappClient } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import type { OutboundClient } from "@gatehouse/platform-outbound";
import { Injectable } from "@nestjs/common";
import { cloudApi } from "./cloud-api.js";
import { onPremisesApi } from "./on-premises-api.js";
import type { WhatsappApi, WhatsappMessage, WhatsappReceipt } from "./whatsapp-api.js";

/** Sends codes by the WhatsApp interface that a project uses (spec: messaging §6). */
@Injectable()
export class WhatsappSender {
  /** Tokens of sign-ins at on-premises APIs, as long as the secret they were had with is in use. */
  private readonly tokens = new WeakMap<object, string>();

  constructor(private readonly env: EnvConfig) {}

  /** Whether the project has what any of the interfaces needs. */
  isConfigured({ project: { secrets } }: ProjectContext): boolean {
    return Boolean(secrets["whatsapp.cloud-api"] ?? secrets["whatsapp.on-premises"]);
  }

  /** Throws `NoAvailableWhatsappClient`, `InvalidWhatsappUser`, `WhatsappUndeliverable`, `OTPDeliveryUnexpectedError`. */
  async send(ctx: ProjectContext, client: OutboundClient, message: WhatsappMessage): Promise<WhatsappReceipt> {
    return this.choose(ctx).send(ctx, client, message);
  }

  private choose({ project: { config, secrets } }: ProjectContext): WhatsappApi {
    const type = config.messaging.whatsapp.api_type ?? this.env.whatsappApiType;
    const [cloud, own] = [secrets["whatsapp.cloud-api"], secrets["whatsapp.on-premises"]];
    if (type === "cloud-api" && cloud) return cloudApi(cloud, this.env);
    if (type === "on-premises" && own) return onPremisesApi(own, this.tokens);
    throw noAvailableWhatsappClient();
  }
}
