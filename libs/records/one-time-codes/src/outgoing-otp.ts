import type { ProjectContext } from "@gatehouse/domain-project";
import type { OutgoingMessage } from "@gatehouse/service-message-queue";
import type { OtpRequest } from "./code-target.js";

const PAGES: Readonly<Record<string, string>> = { "forgot-password": "reset_password" };

/** The template of a message, without language and ending (spec: messaging §7, §8.1). */
function templateOf({ message, channel, form }: Pick<OtpRequest, "message" | "channel" | "form">): string {
  if (channel === "whatsapp") return "whatsapp_otp_code";
  const name = message.replaceAll("-", "_");
  if (form === "link" && name.endsWith("_oob")) return name.replace(/_oob$/, "_login_link");
  return `${name}_${channel}`;
}

/** The message that carries a code, or the link it stands in. */
export function outgoingMessage(ctx: ProjectContext, request: OtpRequest, code: string): OutgoingMessage {
  const { channel, target, form, purpose, byAdmin, hasPassword } = request;
  const link = `${ctx.request.publicOrigin}/authflow/v2/${PAGES[purpose] ?? "verify_login_link"}?code=${code}${byAdmin ? "&x_from_admin_api=true" : ""}`;
  return {
    channel,
    to: target,
    template: templateOf(request),
    variables: { Email: channel === "email" ? target : "", Phone: channel === "email" ? "" : target, ...(hasPassword ? { HasPassword: "true" } : {}) },
    ...(form === "link" ? { link } : { code }),
  };
}
