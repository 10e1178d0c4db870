import type { SmsProvider } from "@gatehouse/service-message-queue";
import { customGateway } from "./custom-gateway.js";
import { nexmoGateway } from "./nexmo-gateway.js";
import type { SmsGateway } from "./sms-gateway.js";
import { twilioGateway } from "./twilio-gateway.js";

/** The gateway of a provider (spec: messaging §5.1). */
export function smsGateway(provider: SmsProvider): SmsGateway {
  if (provider.name === "twilio") return twilioGateway(provider.secret);
  return provider.name === "nexmo" ? nexmoGateway(provider.secret) : customGateway(provider.secret);
}
