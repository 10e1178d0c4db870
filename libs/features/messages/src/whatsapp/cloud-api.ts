import type { SecretConfig } from "@gatehouse/domain-config";
import { otpDeliveryUnexpected } from "@gatehouse/domain-errors";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { codeComponents, templateLanguage } from "./template-language.js";
import { jsonOf, messageIdOf, WHATSAPP_TIMEOUT_MS, type WhatsappApi, type WhatsappDeployment, whatsappError } from "./whatsapp-api.js";

/** What marks messages of this deployment, so that callbacks of another's are told apart (spec: messaging §6.2). */
export const callbackData = (appHostSuffix: string): string => (appHostSuffix === "" ? "" : sha256Hex(appHostSuffix));

/** WhatsApp's Cloud API (spec: messaging §6.2). */
export function cloudApi(secret: NonNullable<SecretConfig["whatsapp.cloud-api"]>, deployment: WhatsappDeployment): WhatsappApi {
  const { name, languages } = secret.authentication_template.copy_code_button;
  return {
    async send(ctx, client, { to, code, locales }) {
      const body = {
        biz_opaque_callback_data: callbackData(deployment.appHostSuffix),
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        type: "template",
        template: { name, language: { policy: "deterministic", code: templateLanguage(ctx, languages, locales) }, components: codeComponents(code) },
      };
      const url = `${deployment.whatsappCloudApiEndpoint}/${encodeURIComponent(secret.phone_number_id)}/messages`;
      const headers = { authorization: `Bearer ${secret.access_token}`, "content-type": "application/json" };
      const response = await client.send({ method: "POST", url, headers, body: JSON.stringify(body), timeoutMs: WHATSAPP_TIMEOUT_MS }).catch((error: unknown) => {
        ctx.log.warn({ err: error }, "WhatsApp's Cloud API could not be reached.");
        throw otpDeliveryUnexpected();
      });
      const answer = jsonOf(response);
      const messageId = response.status < 300 ? messageIdOf(answer) : undefined;
      if (messageId === undefined) {
        const { code: failure } = (answer.error ?? {}) as { code?: number };
        ctx.log.warn({ status: response.status, code: failure }, "WhatsApp's Cloud API did not take a message.");
        throw whatsappError(failure);
      }
      return { messageId, ...(secret.webhook ? { callbacksOf: secret.phone_number_id } : {}) };
    },
  };
}
