import type { SecretConfig } from "@gatehouse/domain-config";
import { otpDeliveryUnexpected } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OutboundClient, OutboundResponse } from "@gatehouse/platform-outbound";
import { codeComponents, templateLanguage } from "./template-language.js";
import { jsonOf, messageIdOf, WHATSAPP_TIMEOUT_MS, type WhatsappApi, whatsappError } from "./whatsapp-api.js";

type Secret = NonNullable<SecretConfig["whatsapp.on-premises"]>;
interface Call {
  path: string;
  authorization: string;
  body: unknown;
}

async function post(ctx: ProjectContext, client: OutboundClient, { path, authorization, body }: Call): Promise<OutboundResponse> {
  const headers = { authorization, "content-type": "application/json" };
  return client.send({ method: "POST", url: path, headers, body: JSON.stringify(body), timeoutMs: WHATSAPP_TIMEOUT_MS }).catch((error: unknown) => {
    ctx.log.warn({ err: error }, "The on-premises WhatsApp API could not be reached.");
    throw otpDeliveryUnexpected();
  });
}

async function signIn(ctx: ProjectContext, client: OutboundClient, secret: Secret): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${secret.username}:${secret.password}`).toString("base64")}`;
  const response = await post(ctx, client, { path: `${secret.api_endpoint}/v1/users/login`, authorization, body: {} });
  const token = (jsonOf(response).users as { token?: unknown }[] | undefined)?.[0]?.token;
  if (response.status >= 300 || typeof token !== "string") {
    ctx.log.warn({ status: response.status }, "The on-premises WhatsApp API did not take the project's user name and password.");
    throw otpDeliveryUnexpected();
  }
  return token;
}

/** WhatsApp's on-premises API; a token that expired is renewed once (spec: messaging §6.5). */
export function onPremisesApi(secret: Secret, tokens: WeakMap<object, string>): WhatsappApi {
  const renewed = async (ctx: ProjectContext, client: OutboundClient): Promise<string> => {
    const token = await signIn(ctx, client, secret);
    tokens.set(secret, token);
    return token;
  };
  const { name, namespace, languages } = secret.templates.otp;
  return {
    async send(ctx, client, { to, code, locales }) {
      const language = { policy: "deterministic", code: templateLanguage(ctx, languages, locales) };
      const body = { to: to.replace(/^\+/, ""), type: "template", template: { namespace: namespace ?? "", name, language, components: codeComponents(code) } };
      const path = `${secret.api_endpoint}/v1/messages`;
      let response = await post(ctx, client, { path, authorization: `Bearer ${tokens.get(secret) ?? (await renewed(ctx, client))}`, body });
      if (response.status === 401) response = await post(ctx, client, { path, authorization: `Bearer ${await renewed(ctx, client)}`, body });
      const answer = jsonOf(response);
      if (response.status < 300 && !answer.errors) return { messageId: messageIdOf(answer) ?? "_unknown-message-id" };
      const failure = (answer.errors as { code?: number }[] | undefined)?.[0]?.code;
      ctx.log.warn({ status: response.status, code: failure }, "The on-premises WhatsApp API did not take a message.");
      throw whatsappError(failure);
    },
  };
}
