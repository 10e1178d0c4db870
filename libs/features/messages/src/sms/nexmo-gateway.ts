import type { SecretConfig } from "@gatehouse/domain-config";
import type { SmsGateway } from "./sms-gateway.js";
import { smsCallError, smsError } from "./sms-gateway.js";

const TIMEOUT_MS = 5_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a plain text SMS can carry
const PLAIN = /^[\x00-\x7f]*$/;

interface NexmoStatus {
  status?: string;
  "error-text"?: string;
}

function statuses(body: Buffer): NexmoStatus[] {
  try {
    const { messages } = JSON.parse(body.toString("utf8")) as { messages?: NexmoStatus[] };
    return Array.isArray(messages) ? messages : [];
  } catch {
    return [];
  }
}

/** SMS by Nexmo (Vonage): success only when every part has status "0" (spec: messaging §5.3). */
export function nexmoGateway(secret: NonNullable<SecretConfig["sms.nexmo"]>, base = "https://rest.nexmo.com"): SmsGateway {
  return {
    async send(_ctx, client, { to, body, sender }) {
      const form = new URLSearchParams({
        api_key: secret.api_key,
        api_secret: secret.api_secret,
        from: sender,
        to: to.replace(/^\+/, ""),
        text: body,
        type: PLAIN.test(body) ? "text" : "unicode",
      });
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const response = await client.send({ method: "POST", url: `${base}/sms/json`, headers, body: form.toString(), timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        throw smsCallError(error, "nexmo");
      });
      const parts = statuses(response.body);
      const failed = parts.find(({ status }) => status !== "0");
      if (parts.length > 0 && !failed) return;
      throw smsError("unknown", { ProviderType: "nexmo", ProviderErrorCode: failed?.status ?? String(response.status), Description: failed?.["error-text"] ?? "" });
    },
  };
}
