import type { SecretConfig } from "@gatehouse/domain-config";
import type { SmsGateway, SmsMessage } from "./sms-gateway.js";
import { smsCallError, smsError } from "./sms-gateway.js";

const TIMEOUT_MS = 5_000;
const codes: Readonly<Record<string, readonly number[]>> = {
  invalid_phone_number: [21211, 21265],
  rate_limited: [14107, 30022, 51002, 63017, 63018],
  authentication_failed: [20003],
  delivery_rejected: [21264, 21266, 21267, 21606, 21607, 21659, 21660, 21661, 21910, 30002, 63007],
};

/** Our code for Twilio's. */
function twilioCode(code: number | undefined): string {
  return Object.entries(codes).find(([, list]) => code !== undefined && list.includes(code))?.[0] ?? "unknown";
}

/** SMS by Twilio's Messages resource (spec: messaging §5.2). */
export function twilioGateway(secret: NonNullable<SecretConfig["sms.twilio"]>, base = "https://api.twilio.com"): SmsGateway {
  const byKey = secret.credential_type === "api_key";
  const credentials = byKey ? `${secret.api_key_sid}:${secret.api_key_secret}` : `${secret.account_sid}:${secret.auth_token}`;
  const form = ({ to, body, sender }: SmsMessage): string => {
    const from: Record<string, string> = secret.message_service_sid ? { MessagingServiceSid: secret.message_service_sid } : { From: secret.from || sender };
    return new URLSearchParams({ Body: body, To: to, ...from }).toString();
  };
  return {
    async send(_ctx, client, message) {
      const url = `${base}/2010-04-01/Accounts/${encodeURIComponent(secret.account_sid)}/Messages.json`;
      const headers = { authorization: `Basic ${Buffer.from(credentials).toString("base64")}`, "content-type": "application/x-www-form-urlencoded" };
      const response = await client.send({ method: "POST", url, headers, body: form(message), timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        throw smsCallError(error, "twilio");
      });
      if (response.status >= 200 && response.status < 300) return;
      const answer = parse(response.body);
      throw smsError(twilioCode(answer.code), { ProviderType: "twilio", ProviderErrorCode: String(answer.code ?? response.status), Description: answer.message ?? "" });
    },
  };
}

function parse(body: Buffer): { code?: number; message?: string } {
  try {
    return JSON.parse(body.toString("utf8")) as { code?: number; message?: string };
  } catch {
    return {};
  }
}
