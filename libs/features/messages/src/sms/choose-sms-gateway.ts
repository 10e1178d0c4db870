import type { ProjectContext } from "@gatehouse/domain-project";
import { customGateway } from "./custom-gateway.js";
import { nexmoGateway } from "./nexmo-gateway.js";
import type { SmsGateway } from "./sms-gateway.js";
import { twilioGateway } from "./twilio-gateway.js";

/** The provider of a project's SMS: the one it names, else the only one it has (spec: messaging §5.1). Undefined when there is none; throws when it has several and names none. */
export function chooseSmsGateway(ctx: ProjectContext): SmsGateway | undefined {
  const { secrets, config } = ctx.project;
  const known = new Map<string, SmsGateway>();
  if (secrets["sms.twilio"]) known.set("twilio", twilioGateway(secrets["sms.twilio"]));
  if (secrets["sms.nexmo"]) known.set("nexmo", nexmoGateway(secrets["sms.nexmo"]));
  if (secrets["sms.custom"]) known.set("custom", customGateway(secrets["sms.custom"]));
  const named = config.messaging.sms_gateway?.provider ?? config.messaging.sms_provider;
  if (named) return known.get(named);
  if (known.size > 1) throw new Error("several SMS providers are configured and messaging.sms_gateway names none");
  return [...known.values()][0];
}
