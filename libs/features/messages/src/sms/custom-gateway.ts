import type { SecretConfig } from "@gatehouse/domain-config";
import { webhookCall } from "@gatehouse/service-blocking-hooks";
import type { SmsGateway, SmsMessage } from "./sms-gateway.js";
import { smsCallError, smsError } from "./sms-gateway.js";

const TIMEOUT_SECONDS = 60;
const VARIABLES: Readonly<Record<string, string>> = {
  AppName: "app_name",
  ClientID: "client_id",
  Code: "code",
  Email: "email",
  HasPassword: "has_password",
  Host: "host",
  Link: "link",
  Password: "password",
  Phone: "phone",
  State: "state",
  UILocales: "ui_locales",
  URL: "url",
  XState: "x_state",
};

interface Answer {
  code?: string;
  description?: string;
  info?: { provider_name?: string; provider_type?: string; provider_error_code?: string };
}

const variables = ({ values }: SmsMessage) => Object.fromEntries(Object.entries(VARIABLES).flatMap(([name, wire]) => (values[name] ? [[wire, values[name]]] : [])));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const hasTexts = (value: Record<string, unknown>, names: readonly string[]): boolean => names.every((name) => value[name] == null || typeof value[name] === "string");
const isInfo = (value: unknown): boolean => value == null || (isObject(value) && hasTexts(value, ["provider_name", "provider_type", "provider_error_code"]));

/** The answer, when it has the form of one. */
function parse(body: Buffer): Answer | undefined {
  try {
    const value = JSON.parse(body.toString("utf8")) as unknown;
    return isObject(value) && hasTexts(value, ["code", "description"]) && isInfo(value.info) ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** SMS by the project's own web hook: its `code` decides; an answer of another form counts by its status (spec: messaging §5.4). */
export function customGateway(secret: NonNullable<SecretConfig["sms.custom"]>): SmsGateway {
  return {
    async send(ctx, client, message) {
      if (!secret.url.startsWith("http")) throw smsError("unknown", { ProviderType: "custom", Description: "no runner for hook scripts is available" });
      const { to, body, job, language } = message;
      const payload = { to, body, app_id: ctx.project.id, template_name: `${job.template}.txt`, language_tag: language, template_variables: variables(message) };
      const call = webhookCall(ctx, { url: secret.url, timeoutMs: (secret.timeout ?? TIMEOUT_SECONDS) * 1000 }, payload);
      const response = await client.send(call).catch((error: unknown) => {
        throw smsCallError(error, "custom");
      });
      const answer = parse(response.body);
      if (!answer && response.status >= 200 && response.status < 300) return;
      if (answer?.code === "ok") return;
      const info = {
        ProviderErrorCode: answer?.info?.provider_error_code ?? undefined,
        ProviderType: answer?.info?.provider_type ?? undefined,
        ProviderName: answer?.info?.provider_name ?? undefined,
        Description: answer?.description ?? undefined,
      };
      throw smsError(answer?.code ?? "unknown", info);
    },
  };
}
